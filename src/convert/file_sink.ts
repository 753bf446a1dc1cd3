import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { LabelSink, LabelStream } from "../formats/writer.ts";
import { TargetFolder } from "../extract/target_folder.ts";
import type { Issue } from "../model/issue.ts";

/** Characters gathered before they are written. */
const GATHERED = 1 << 18;
const encoder = new TextEncoder();

/** Writes the files of a label format below a folder of our own. */
export class FileSink implements LabelSink {
  /** Files begun or written. */
  files = 0;
  readonly #target: TargetFolder;
  readonly #folders = new Set<string>();
  readonly #open = new Set<FileStream>();

  /** @param root An empty folder nobody else writes to. */
  constructor(root: string, readonly issue: (issue: Issue) => void) {
    this.#target = new TargetFolder(root, false);
  }

  file(path: string, content: string | Uint8Array): void {
    writeFileSync(this.path(path), content, { flag: "wx" });
    this.files++;
  }

  open(path: string): LabelStream {
    const stream = new FileStream(this.path(path), () => this.#open.delete(stream));
    this.#open.add(stream);
    this.files++;
    return stream;
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
}

class FileStream implements LabelStream {
  readonly #file: number;
  #text = "";

  constructor(path: string, readonly onClose: () => void) {
    this.#file = openSync(path, "wx");
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

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#file);
      this.onClose();
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
