import { closeSync, mkdirSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LabelSink, LabelStream } from "../formats/writer.ts";
import { TargetFolder } from "../extract/target_folder.ts";
import type { Issue } from "../model/issue.ts";

/** Characters gathered before they are written. */
const GATHERED = 1 << 18;
/** Bytes of a passage copied at once. */
const PIECE = 1 << 20;
const encoder = new TextEncoder();

/** Writes the files of a label format below a folder of our own. */
export class FileSink implements LabelSink {
  /** Files begun or written. */
  files = 0;
  readonly #target: TargetFolder;
  readonly #folders = new Set<string>();
  readonly #open = new Set<FileStream>();

  #passages = 0;

  /**
   * @param root An empty folder nobody else writes to.
   * @param aside Another one, for passages.
   */
  constructor(root: string, readonly aside: string, readonly issue: (issue: Issue) => void) {
    this.#target = new TargetFolder(root, false);
  }

  file(path: string, content: string | Uint8Array): void {
    writeFileSync(this.path(path), content, { flag: "wx" });
    this.files++;
  }

  open(path: string): LabelStream {
    this.files++;
    return this.#stream(this.path(path));
  }

  passage(): LabelStream {
    return this.#stream(join(this.aside, `passage-${this.#passages++}`));
  }

  /** Absolute path of a file, whose folder is then there. */
  path(name: string): string {
    const path = this.#target.path(name);
    const folder = dirname(path);
    if (!this.#folders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      this.#folders.add(folder);
    }
    return path;
  }

  /** Closes what a writer that failed has left open. */
  close(): void {
    for (const stream of this.#open) stream.close();
  }

  #stream(path: string): FileStream {
    const stream = new FileStream(path, () => this.#open.delete(stream));
    this.#open.add(stream);
    return stream;
  }
}

class FileStream implements LabelStream {
  readonly #file: number;
  #text = "";

  constructor(readonly path: string, readonly onClose: () => void) {
    this.#file = openSync(path, "wx+");
  }

  write(content: string | Uint8Array): void {
    if (typeof content !== "string") {
      this.#flush();
      this.#put(content);
    } else {
      this.#text += content;
      if (this.#text.length >= GATHERED) this.#flush();
    }
  }

  append(passage: LabelStream): void {
    const { path } = passage as FileStream;
    this.#flush();
    for (const bytes of (passage as FileStream).#content()) this.#put(bytes);
    passage.close();
    rmSync(path);
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#file);
      this.onClose();
    }
  }

  *#content(): Generator<Uint8Array> {
    this.#flush();
    const buffer = new Uint8Array(PIECE);
    for (let at = 0, read = 1; read > 0; at += read) {
      read = readSync(this.#file, buffer, 0, buffer.length, at);
      yield buffer.subarray(0, read);
    }
  }

  #flush(): void {
    if (this.#text === "") return;
    const bytes = encoder.encode(this.#text);
    this.#text = "";
    this.#put(bytes);
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at, bytes.length - at, null);
  }
}
