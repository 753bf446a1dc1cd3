import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * A setting of a profile in AWS's shared configuration file; credentials are not looked for here.
 *
 * @param profile As `--profile` names it; `AWS_PROFILE` or `default` otherwise.
 * @returns Undefined if there is no file, profile or setting.
 */
export function profileSetting(
  setting: string,
  profile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const name = profile ?? env.AWS_PROFILE;
  // Without a profile nothing is asked of a user's home folder, which would need a permission.
  if (name === undefined && env.AWS_ACCESS_KEY_ID) return undefined;
  let text: string;
  try {
    text = readFileSync(env.AWS_CONFIG_FILE ?? join(homedir(), ".aws", "config"), "utf8");
  } catch {
    return undefined;
  }
  const wanted = name ?? "default";
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line) ?? [];
    if (section !== undefined) inside = section === wanted;
    const [, key, value] = /^([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (inside && key === setting && value) return value;
  }
  return undefined;
}
