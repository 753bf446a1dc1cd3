/** How the data of an entry lies. */
export const Method = {
  /** As it is, at `at`: a tar. */
  plain: 0,
  /** As it is, behind the local header at `at`: a zip. */
  stored: 1,
  /** Raw DEFLATE behind the local header at `at`. */
  deflated: 2,
  /** Inflated already, at `at` of the spool. */
  spooled: 3,
} as const;

/** Where an entry lies and how it is checked. */
export interface ArchiveEntry {
  /** Byte of the data, or of the local header before it; see {@link Method}. */
  readonly at: number;
  /** Bytes in the archive. */
  readonly packed: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Of the file; 0 if the archive has none. */
  readonly crc32: number;
  /** {@link hashOf} the name as it stands in the archive, to compare with the local header. */
  readonly nameHash: number;
  /** One of {@link Method}. */
  readonly method: number;
}

/**
 * Entries of an archive in columns, in shared memory: about 45 bytes each and the name, once for all threads. An entry is
 * found by the hash of its path.
 */
export interface IndexColumns {
  readonly at: Float64Array;
  readonly packed: Float64Array;
  readonly size: Float64Array;
  readonly crc32: Uint32Array;
  readonly nameHash: Uint32Array;
  readonly method: Uint8Array;
  /** Paths in UTF-8, one behind the other, and where each ends. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  /** Number of an entry + 1 at the place its hash tells or behind it; 0 where there is none. */
  readonly table: Uint32Array;
}

/** An archive as plain data: what a thread needs to read its entries. */
export interface ArchivePlace {
  readonly kind: "archive";
  /** File its bytes are in: itself, or the spool it was inflated into. */
  readonly file: string;
  /** First byte of the archive in that file, and its size. */
  readonly start: number;
  readonly size: number;
  /** Byte of the archive at which the data of the entries ends at the latest. */
  readonly dataEnd: number;
  /** File that holds what was inflated while listing. */
  readonly spool?: string;
  /** Folder of the archive that is the root, with a slash behind it; "" for the archive itself. */
  readonly prefix: string;
  readonly index: IndexColumns;
}

const encoder = new TextEncoder();

/** FNV-1a, 32 bits. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}

/** Number of the entry with this path, in UTF-8 from 0 to `length` of `path`; −1 if there is none. */
export function findEntry(index: IndexColumns, path: Uint8Array, length: number): number {
  const { table, names, nameEnds } = index;
  const mask = table.length - 1;
  for (let slot = hashOf(path, 0, length) & mask;; slot = (slot + 1) & mask) {
    const entry = table[slot] - 1;
    if (entry < 0) return -1;
    const start = entry === 0 ? 0 : nameEnds[entry - 1];
    if (nameEnds[entry] - start !== length) continue;
    let i = 0;
    while (i < length && names[start + i] === path[i]) i++;
    if (i === length) return entry;
  }
}

/** Collects entries. */
export class IndexBuilder {
  count = 0;
  #numbers = new Float64Array(3 << 10);
  #checks = new Uint32Array(3 << 10);
  #methods = new Uint8Array(1 << 10);
  #names = new Uint8Array(1 << 16);
  #named = 0;

  add(path: string, { at, packed, size, crc32, nameHash, method }: ArchiveEntry): void {
    const n = this.count++;
    if (n === this.#methods.length) {
      this.#numbers = grown(this.#numbers, new Float64Array(n * 6));
      this.#checks = grown(this.#checks, new Uint32Array(n * 6));
      this.#methods = grown(this.#methods, new Uint8Array(n * 2));
    }
    if (this.#named + path.length * 3 > this.#names.length) {
      this.#names = grown(this.#names, new Uint8Array(this.#names.length * 2 + path.length * 3));
    }
    this.#named += encoder.encodeInto(path, this.#names.subarray(this.#named)).written;
    const k = n * 3;
    this.#numbers[k] = at;
    this.#numbers[k + 1] = packed;
    this.#numbers[k + 2] = size;
    this.#checks[k] = crc32;
    this.#checks[k + 1] = nameHash;
    this.#checks[k + 2] = this.#named;
    this.#methods[n] = method;
  }

  /** Path of an entry. */
  path(n: number): string {
    const start = n === 0 ? 0 : this.#checks[(n - 1) * 3 + 2];
    return new TextDecoder().decode(this.#names.subarray(start, this.#checks[n * 3 + 2]));
  }

  /** First byte and number of bytes that an entry takes at the least, by its order in the archive. */
  *extents(headerSize: number): Generator<{ entry: number; at: number; size: number }> {
    const numbers = this.#numbers;
    const order = Uint32Array.from({ length: this.count }, (_, n) => n);
    let sorted = true;
    for (let n = 1; n < this.count && sorted; n++) sorted = numbers[n * 3] >= numbers[n * 3 - 3];
    if (!sorted) order.sort((a, b) => numbers[a * 3] - numbers[b * 3]);
    for (const entry of order) {
      yield { entry, at: numbers[entry * 3], size: headerSize + numbers[entry * 3 + 1] };
    }
  }

  /**
   * The index in shared memory.
   *
   * @returns Also the entries that have the path of one before, and those.
   */
  finish(): { index: IndexColumns; duplicates: Set<number> } {
    const { count } = this;
    const column = <T extends Column>(make: new (memory: SharedArrayBuffer) => T, width: number): T =>
      new make(new SharedArrayBuffer(count * width));
    let slots = 2;
    while (slots < count * 1.5 + 1) slots *= 2;
    const index = {
      at: column(Float64Array, 8),
      packed: column(Float64Array, 8),
      size: column(Float64Array, 8),
      crc32: column(Uint32Array, 4),
      nameHash: column(Uint32Array, 4),
      method: column(Uint8Array, 1),
      nameEnds: column(Uint32Array, 4),
      names: new Uint8Array(new SharedArrayBuffer(this.#named)),
      table: new Uint32Array(new SharedArrayBuffer(slots * 4)),
    };
    index.names.set(this.#names.subarray(0, this.#named));
    index.method.set(this.#methods.subarray(0, count));
    const duplicates = new Set<number>();
    for (let n = 0; n < count; n++) {
      const k = n * 3;
      index.at[n] = this.#numbers[k];
      index.packed[n] = this.#numbers[k + 1];
      index.size[n] = this.#numbers[k + 2];
      index.crc32[n] = this.#checks[k];
      index.nameHash[n] = this.#checks[k + 1];
      index.nameEnds[n] = this.#checks[k + 2];
      const start = n === 0 ? 0 : index.nameEnds[n - 1];
      const name = this.#names.subarray(start, index.nameEnds[n]);
      const other = findEntry(index, name, name.length);
      if (other >= 0) duplicates.add(other).add(n);
      else insert(index.table, hashOf(name, 0, name.length), n);
    }
    return { index, duplicates };
  }
}

type Column = Float64Array | Uint32Array | Uint8Array;

function insert(table: Uint32Array, hash: number, entry: number): void {
  const mask = table.length - 1;
  let slot = hash & mask;
  while (table[slot] !== 0) slot = (slot + 1) & mask;
  table[slot] = entry + 1;
}

function grown<T extends Column>(from: T, into: T): T {
  into.set(from as never);
  return into;
}
