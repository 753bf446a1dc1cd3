import type { PlannedClass } from "../model/planned_class.ts";

/**
 * The classes of a run, numbered in the order they were first met, shared by all workers. Only the holder of the numbers
 * turn adds to it, so the numbering does not depend on the number of workers.
 *
 * Layout: count, bytes used, then for each class the end of its name; names as UTF-8 in the second half.
 */
const CAPACITY = 1 << 20;
const NAME_BYTES = 24 << 20;

/** Class names ↔ numbers from 0, in shared memory. */
export class SharedClasses {
  readonly #ends: Int32Array<SharedArrayBuffer>;
  readonly #names: Uint8Array<SharedArrayBuffer>;
  readonly #known = new Map<string, number>();
  readonly #list: string[] = [];

  constructor(
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer((CAPACITY + 2) * 4 + NAME_BYTES),
  ) {
    this.#ends = new Int32Array(memory, 0, CAPACITY + 2);
    this.#names = new Uint8Array(memory, (CAPACITY + 2) * 4, NAME_BYTES);
  }

  /** Number of classes so far. */
  get count(): number {
    return this.#ends[0];
  }

  /** All names so far, by number. */
  list(): readonly string[] {
    this.#catchUp();
    return this.#list;
  }

  /**
   * Number of a class, adding it if it is new.
   *
   * @throws {RangeError} If there are more classes than fit.
   */
  number(name: string): number {
    let number = this.#known.get(name);
    if (number !== undefined) return number;
    this.#catchUp();
    number = this.#known.get(name);
    return number ?? this.#add(name);
  }

  #add(name: string): number {
    const number = this.#ends[0];
    const bytes = new TextEncoder().encode(name);
    const start = this.#ends[1];
    if (number >= CAPACITY || start + bytes.length > NAME_BYTES) {
      throw new RangeError(
        `there are more than ${number} different classes; the last was "${name}". Free text is probably read as class names`,
      );
    }
    this.#names.set(bytes, start);
    this.#ends[2 + number] = start + bytes.length;
    this.#ends[1] = start + bytes.length;
    this.#ends[0] = number + 1;
    this.#known.set(name, number);
    this.#list.push(name);
    return number;
  }

  #catchUp(): void {
    for (let number = this.#list.length; number < this.#ends[0]; number++) {
      const start = number === 0 ? 0 : this.#ends[1 + number];
      // A copy: TextDecoder refuses shared memory.
      const name = new TextDecoder().decode(this.#names.slice(start, this.#ends[2 + number]));
      this.#known.set(name, number);
      this.#list.push(name);
    }
  }
}

/** The categories of the set, and how provisional ids change into theirs. */
export interface FinalClasses {
  /** In the order of their ids. */
  readonly classes: PlannedClass[];
  /** Final id by provisional id; undefined if none changes. */
  readonly ids: number[] | undefined;
}

/**
 * Declared classes keep their order, the others follow by name (docs/dataset_spec.md §2).
 *
 * @param names All classes in the order they were met: the declared ones first. Their provisional ids count from 1.
 * @param declared What the source says of its classes; a name may stand there twice.
 * @param first Final id of the first class.
 */
export function finalClasses(
  names: readonly string[],
  declared: readonly PlannedClass[],
  first = 1,
): FinalClasses {
  const byName = new Map(declared.toReversed().map((planned) => [planned.name, planned]));
  const order = [...names.slice(0, byName.size), ...names.slice(byName.size).toSorted()];
  const place = new Map(order.map((name, i) => [name, i + first]));
  const ids = [0, ...names.map((name) => place.get(name)!)];
  return {
    classes: order.map((name) => byName.get(name) ?? { name }),
    ids: ids.some((id, i) => id !== i) ? ids : undefined,
  };
}
