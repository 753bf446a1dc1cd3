import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Arguments that only the encoding of a video has; `$*` is all of them. */
const ENCODING = '*"-video_size"*';

/**
 * Writes a program that is ffmpeg in all but one thing.
 *
 * @param encoding Shell lines for a call that encodes, where `$@` are its arguments.
 * @returns Its path.
 */
export function fakeEncoder(folder: string, encoding: string): string {
  return script(folder, `case "$*" in ${ENCODING})\n${encoding}\n;; esac\nexec ffmpeg "$@"`);
}

/** Writes a program that lists encoders as ffmpeg does, and does something else with every other call. */
export function fakeFfmpeg(folder: string, lines: string): string {
  return script(folder, `case "$*" in *"-encoders"*) exec ffmpeg "$@" ;; esac\n${lines}`);
}

/** Writes an ffmpeg that lets a filter loose on the frames between the packer and the encoder. */
export function filteringEncoder(folder: string, filter: string): string {
  return fakeEncoder(
    folder,
    `for argument in "$@"; do shift; case "$argument" in setparams=*) argument="${filter},$argument" ;; esac
set -- "$@" "$argument"; done`,
  );
}

function script(folder: string, lines: string): string {
  const path = join(folder, "fake-ffmpeg");
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}
