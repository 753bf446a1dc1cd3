/** A range of the bundle. */
export interface ByteRange {
  readonly offset: number;
  readonly size: number;
}

/** Bytes between two ranges that are worth less than a request. */
const GAP = 32 * 1024;
/** Bytes one request asks for at most, if it is for more than one range. */
const MOST = 2 * 1024 * 1024;

interface Waiting extends ByteRange {
  resolve(bytes: Uint8Array<ArrayBuffer>): void;
  reject(error: unknown): void;
}

/** Reads ranges of one file: those asked for in the same turn that are neighbours in one request, so many at a time. */
export class RangeQueue {
  readonly #read: (offset: number, size: number) => Promise<Uint8Array<ArrayBuffer>>;
  readonly #lanes: number;
  #fresh: Waiting[] = [];
  readonly #groups: Waiting[][] = [];
  #running = 0;

  /** @param lanes Requests under way at once. */
  constructor(read: (offset: number, size: number) => Promise<Uint8Array<ArrayBuffer>>, lanes: number) {
    this.#read = read;
    this.#lanes = lanes;
  }

  /** The bytes of a range; fewer only if the file ends before. */
  read(offset: number, size: number): Promise<Uint8Array<ArrayBuffer>> {
    if (size === 0) return Promise.resolve(new Uint8Array(0));
    return new Promise((resolve, reject) => {
      this.#fresh.push({ offset, size, resolve, reject });
      if (this.#fresh.length === 1) queueMicrotask(() => this.#group());
    });
  }

  #group(): void {
    this.#groups.push(...neighbours(this.#fresh));
    this.#fresh = [];
    while (this.#running < this.#lanes && this.#groups.length > 0) this.#lane();
  }

  async #lane(): Promise<void> {
    this.#running++;
    for (let group = this.#groups.shift(); group; group = this.#groups.shift()) {
      const begin = group[0].offset;
      try {
        const bytes = await this.#read(begin, endOf(group) - begin);
        for (const { offset, size, resolve } of group) {
          // What is kept of one must not hold the bytes of all.
          resolve(group.length === 1 ? bytes : bytes.slice(offset - begin, offset - begin + size));
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running--;
  }
}

function endOf(group: readonly ByteRange[]): number {
  let end = 0;
  for (const { offset, size } of group) end = Math.max(end, offset + size);
  return end;
}

/** Ranges in groups, each for one request, in the order of the file. */
export function neighbours<T extends ByteRange>(ranges: readonly T[]): T[][] {
  const groups: T[][] = [];
  let begin = 0, end = -Infinity;
  for (const range of ranges.toSorted((a, b) => a.offset - b.offset)) {
    const next = range.offset + range.size;
    if (range.offset - end <= GAP && Math.max(end, next) - begin <= MOST) groups.at(-1)!.push(range);
    else {
      groups.push([range]);
      begin = range.offset;
      end = next;
    }
    end = Math.max(end, next);
  }
  return groups;
}
