import { extensionOf } from "../../model/image_names.ts";

/**
 * File name extensions of videos, in lower case. `ts` is not among them: it is more often a program's source than a
 * transport stream.
 */
export const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set(
  "mp4 m4v mov avi mkv webm mpg mpeg m2ts mts wmv flv ogv 3gp mjpeg mjpg".split(" "),
);

/** True if the extension is that of a video, in upper or lower case. */
export function isVideoName(path: string): boolean {
  return VIDEO_EXTENSIONS.has(extensionOf(path));
}
