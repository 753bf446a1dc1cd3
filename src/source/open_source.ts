import { ArchiveSource } from "./archive_source.ts";
import { FolderSource } from "./folder_source.ts";
import type { FileSource, SourcePlace } from "./source.ts";
import { VideoSource } from "./video_source.ts";

/** Opens a source that another thread has found. */
export function openSource(place: SourcePlace): FileSource {
  switch (place.kind) {
    case "folder":
      return new FolderSource(place.root);
    case "archive":
      return new ArchiveSource(place);
    case "videos":
      return new VideoSource(place, openSource(place.base));
  }
}
