import { createInflateRaw } from "node:zlib";
import type { ArchivePlace } from "../../source/archive_index.ts";
import { ArchiveSource } from "../../source/archive_source.ts";
import type { FolderPlace } from "../../source/source.ts";
import { removeTemporary } from "../../io/temporary_file.ts";
import { Spool, TooLarge } from "../../source/spool.ts";
import { UnreadableVideo } from "./probe.ts";

/** A video as ffmpeg opens it. */
export interface VideoFile {
  /** For `-i`. */
  readonly input: string;
  /** Path of the file it is in, which is not told in messages. */
  readonly file: string;
  close(): void;
}

/**
 * Makes a video ready for ffmpeg: a file as it is, a stored entry of an archive as a part of the archive's file. A deflated
 * entry is inflated into a temporary file, for ffmpeg goes to and fro in a video.
 *
 * @param path Below the root.
 * @throws {UnreadableVideo} If the archive is damaged there.
 */
export async function openVideo(
  place: FolderPlace | ArchivePlace,
  path: string,
  signal?: AbortSignal,
): Promise<VideoFile> {
  if (place.kind === "folder") {
    const file = `${place.root}/${path}`;
    return { input: `file:${file}`, file, close() {} };
  }
  const source = new ArchiveSource(place);
  try {
    const { at, file, deflated } = source.whereabouts(path);
    if (deflated) return await inflated(source, path, signal);
    const start = place.start + at;
    const input = `subfile,,start,${start},end,${start + file.size},,:file:${place.file}`;
    return { input, file: place.file, close() {} };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EBADMSG" || code?.startsWith("Z_")) throw new UnreadableVideo(message);
    throw error;
  } finally {
    source.close();
  }
}

async function inflated(source: ArchiveSource, path: string, signal?: AbortSignal): Promise<VideoFile> {
  const spool = new Spool();
  const close = () => {
    spool.close();
    if (spool.path !== undefined) removeTemporary(spool.path);
  };
  try {
    const { file, size, crc32 } = source.whereabouts(path);
    const found = await spool.inflate(file, createInflateRaw(), size, signal);
    if (found.size !== size || found.crc32 !== crc32) {
      throw new UnreadableVideo("it is not what its archive says of it");
    }
    return { input: `file:${spool.path}`, file: spool.path!, close };
  } catch (error) {
    close();
    throw error instanceof TooLarge
      ? new UnreadableVideo("it inflates to more than its archive states")
      : error;
  }
}
