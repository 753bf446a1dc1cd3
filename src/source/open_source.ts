import { ArchiveSource } from "./archive_source.ts";
import { FolderSource } from "./folder_source.ts";
import type { FileSource, SourcePlace } from "./source.ts";

/** Opens a source that another thread has found. */
export function openSource(place: SourcePlace): FileSource {
  return place.kind === "folder" ? new FolderSource(place.root) : new ArchiveSource(place);
}
