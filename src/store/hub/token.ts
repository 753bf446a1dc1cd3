import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Token of the Hugging Face Hub, as its own tools find it: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, else the file that
 * `hf auth login` writes (`HF_TOKEN_PATH`, or `token` in `HF_HOME`, which is `~/.cache/huggingface`).
 *
 * @returns Undefined if there is none, or the file may not be read.
 */
export function hubToken(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = (env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN)?.trim();
  if (given) return given;
  try {
    return readFileSync(tokenPath(env), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

function tokenPath(env: Readonly<Record<string, string | undefined>>): string {
  if (env.HF_TOKEN_PATH) return env.HF_TOKEN_PATH;
  const cache = () => env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache");
  return join(env.HF_HOME || join(cache(), "huggingface"), "token");
}
