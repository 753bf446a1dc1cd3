import { join } from "node:path";
import { listFolder } from "../io/runtime.ts";
import { type FolderLister, type FolderListing, folderSize, IGNORED } from "./list_folder.ts";

/**
 * {@link folderSize} from which on another thread is asked: listing some 25,000 names takes as long as it takes a thread to
 * load its modules.
 */
const WORTH_ASKING = 512 << 10;
/** Small folders that are looked into for large ones, before the walk gets there. */
const LOOKED_INTO = 64;

/**
 * Shares the listing of large folders between the walk and other threads, which have nothing else to do yet: while the walk
 * lists one, each of them lists another.
 */
export class SharedLister implements FolderLister {
  /** Large folders that nobody lists yet, and their sizes. */
  readonly #waiting = new Map<string, number>();
  readonly #listings = new Map<string, Promise<FolderListing | undefined>>();
  #free: number;
  /** Small folders. */
  readonly #lookedInto = new Set<string>();

  /**
   * @param threads How many there are.
   * @param ask Has one of them list a folder; undefined comes of it if that fails. Called for as many at a time as there are.
   * @param worthAsking As {@link WORTH_ASKING}.
   */
  constructor(
    threads: number,
    readonly ask: (real: string) => Promise<FolderListing | undefined>,
    readonly worthAsking = WORTH_ASKING,
  ) {
    this.#free = threads;
  }

  expect(real: string): void {
    const size = folderSize(real);
    if (this.#listings.has(real)) return;
    if (size >= this.worthAsking) this.#waiting.set(real, size);
    else if (this.#lookedInto.size < LOOKED_INTO && !this.#lookedInto.has(real)) this.#lookInto(real);
  }

  list(real: string): Promise<FolderListing | undefined> {
    const listing = this.#listings.get(real);
    if (listing) return listing;
    if (this.#waiting.delete(real)) this.#giveAway();
    return Promise.resolve(undefined);
  }

  #lookInto(real: string): void {
    this.#lookedInto.add(real);
    try {
      for (const { name, isDirectory } of listFolder(real)) {
        if (isDirectory && !IGNORED.test(name)) this.expect(join(real, name));
      }
    } catch {
      // The walk comes upon the same, and tells it.
    }
  }

  /** Has every thread that is free list the largest folder that is left. */
  #giveAway(): void {
    while (this.#free > 0 && this.#waiting.size > 0) {
      const [largest] = this.#waiting.entries().reduce((a, b) => b[1] > a[1] ? b : a);
      this.#waiting.delete(largest);
      this.#free--;
      this.#listings.set(largest, this.ask(largest).finally(() => this.#free++));
    }
  }
}
