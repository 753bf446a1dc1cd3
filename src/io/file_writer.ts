import { closeSync, fsyncSync, openSync } from "node:fs";
import { writeAll } from "./write_all.ts";

const ROOM = 1 << 20;
const encoder = new TextEncoder();

/** Writes a file from one place on, in blocks. */
export class FileWriter {
  readonly #file: number;
  readonly #seen: ((bytes: Uint8Array) => void) | undefined;
  readonly #room = new Uint8Array(ROOM);
  #filled = 0;
  #written: number;

  /**
   * @param path File to write; what it holds from `position` on is replaced.
   * @param position Byte to begin at; 0 makes the file if it is not there.
   * @param seen Called with all that is written, in order.
   * @throws {Error} The system's error, also from the methods.
   */
  constructor(path: string, position = 0, seen?: (bytes: Uint8Array) => void) {
    this.#file = openSync(path, position === 0 ? "w" : "r+");
    this.#written = position;
    this.#seen = seen;
  }

  /** Byte at which the next one will lie. */
  get position(): number {
    return this.#written + this.#filled;
  }

  write(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > ROOM) {
      this.flush();
      if (bytes.length > ROOM) return this.#put(bytes);
    }
    this.#room.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Writes bytes at once: with a block that is large already, gathering more would only cost a copy of it. */
  writeBlock(bytes: Uint8Array): void {
    this.flush();
    this.#put(bytes);
  }

  text(text: string): void {
    this.write(encoder.encode(text));
  }

  flush(): void {
    if (this.#filled > 0) this.#put(this.#room.subarray(0, this.#filled));
    this.#filled = 0;
  }

  /** Writes what is left and waits until all of it is on the disk. */
  sync(): void {
    this.flush();
    fsyncSync(this.#file);
  }

  /** Closes the file; what was not flushed is lost. */
  close(): void {
    closeSync(this.#file);
  }

  #put(bytes: Uint8Array): void {
    writeAll(this.#file, bytes, this.#written);
    this.#written += bytes.length;
    this.#seen?.(bytes);
  }
}
