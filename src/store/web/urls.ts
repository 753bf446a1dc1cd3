import { PackError } from "../../model/issue.ts";
import { withoutQuery } from "../location.ts";

/**
 * URLs of the files of a set below an `https:` URL, whose query they keep; `{file}` in it stands for the name.
 *
 * @throws {PackError} With exit code 2 if it is no URL.
 */
export function webUrls(url: string): (name: string) => string {
  const [place] = /^[^?#]*/.exec(url)!;
  const query = /\?[^#]*/.exec(url)?.[0] ?? "";
  const base = place.replace(/\/+$/, "");
  const template = url.includes("{file}") ? url : `${base}/{file}${query}`;
  if (!/^https?:/i.test(url) || !URL.canParse(template)) {
    throw new PackError(`"${withoutQuery(url)}" is no URL.`, "Write it as https://host/folder.", 2);
  }
  return (name) => template.replace("{file}", () => encodeURIComponent(name));
}
