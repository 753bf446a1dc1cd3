import { isImageName } from "../../model/image_names.ts";
import { asObject } from "../json/loose.ts";
import { unescapedName } from "../matching/image_name.ts";

/** Where a Label Studio server keeps files that were uploaded to it. */
const UPLOADED = /^\/?data\/upload\/(?:\d+\/)?/;
/** How a server refers to its own disk. */
const LOCAL_FILE = /^(?:https?:\/\/[^/]+)?\/?data\/local-files\/?\?(?:.*&)?d=([^&]*)/;
/** What Label Studio puts before the name of an uploaded file. */
const PREFIX = /(^|\/)[0-9a-f]{8}-([^/]+)$/;

/**
 * Name of the image of a task, as a path.
 *
 * @param data `data` of the task, whose keys are named by the project's configuration.
 * @param upload `file_upload` of the task.
 */
export function taskImage(data: unknown, upload?: unknown): string | undefined {
  const given = Object.entries(asObject(data) ?? {})
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .map(([key, value]) => ({ key, name: imageReference(value) }));
  const images = given.filter(({ name }) => isImageName(name));
  const candidates = images.length > 0 ? images : given;
  const chosen = candidates.find(({ key }) => key === "image") ?? images[0];
  return chosen?.name ?? (typeof upload === "string" ? upload : undefined);
}

/** What a reference to an image means: an uploaded file, one of the server's disk, or a URL; as a path. */
export function imageReference(reference: string): string {
  const local = LOCAL_FILE.exec(reference)?.[1];
  return unescapedName(local ?? reference.replace(UPLOADED, ""));
}

/** The name a file had before it was uploaded; undefined if it has no prefix. */
export function withoutPrefix(name: string): string | undefined {
  return PREFIX.test(name) ? name.replace(PREFIX, "$1$2") : undefined;
}
