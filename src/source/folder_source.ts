import { openRange, type RangeReader } from "../io/range_file.ts";
import { readFileInto, readFilePieces, readHeadInto } from "../io/read_file.ts";
import type { FileSource, FolderPlace } from "./source.ts";

/** The files of a folder. */
export class FolderSource implements FileSource {
  readonly place: FolderPlace;

  /** @param root Absolute. */
  constructor(readonly root: string) {
    this.place = { kind: "folder", root };
  }

  read(path: string, into: Uint8Array, at: number, limit?: number): number {
    return readFileInto(`${this.root}/${path}`, into, at, limit);
  }

  readHead(path: string, into: Uint8Array, limit: number): number {
    return readHeadInto(`${this.root}/${path}`, into, limit);
  }

  readPieces(
    path: string,
    buffer: Uint8Array,
    piece: (bytes: Uint8Array, position: number) => void,
  ): number {
    return readFilePieces(`${this.root}/${path}`, buffer, piece);
  }

  open(path: string): RangeReader {
    return openRange(`${this.root}/${path}`);
  }

  close(): void {}
}
