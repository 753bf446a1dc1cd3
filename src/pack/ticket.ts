/**
 * Ordered tickets. Workers read and parse side by side; before a worker knows where its frames go, it waits for its turn,
 * takes the next offsets and ids, and hands the turn on at once. So the output is the same whatever the number of workers,
 * and nobody formats or writes while holding the ticket.
 *
 * There are two turns: *numbers* (bundle offset, frame index, annotation id), known before the text is formatted, and *text*
 * (places in the line files), known after. Each is the index of the next entry whose worker may go.
 */

/** Places in the shared control array. */
const NUMBERS = 0;
const TEXT = 1;
const ABORT = 2;
const BEAT = 3;
const ROOM = 4;
/** An even number: what follows is of eight bytes. */
const CONTROLS = 6;

/** What is counted on. The order is the layout of the shared memory. */
const COUNTERS = [
  "offset",
  "frames",
  "annotations",
  "images",
  "annotationText",
  "manifest",
  "directory",
  "rejects",
  "doneEntries",
  "doneBytes",
] as const;
export type Counter = typeof COUNTERS[number];
/** How far each counter has come. */
export type Counts = Readonly<Record<Counter, number>>;

/** Thrown inside a worker when the run has been given up elsewhere. */
export class Aborted extends Error {}

/** Shared state of a run: whose turn it is, and how far each output has come. */
export class Tickets {
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #counters: Float64Array<SharedArrayBuffer>;

  constructor(
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer(CONTROLS * 4 + COUNTERS.length * 8),
  ) {
    this.#control = new Int32Array(memory, 0, CONTROLS);
    this.#counters = new Float64Array(memory, CONTROLS * 4, COUNTERS.length);
  }

  /** Reads a counter. Exact only for whoever holds the turn it belongs to. */
  get(counter: Counter): number {
    return this.#counters[COUNTERS.indexOf(counter)];
  }

  /** Adds to a counter and returns what it was. Only while holding the turn, or before the workers begin. */
  take(counter: Counter, amount: number): number {
    const place = COUNTERS.indexOf(counter);
    const before = this.#counters[place];
    this.#counters[place] = before + amount;
    return before;
  }

  /** Goes on where another run stood after the first `entries` entries. Only before the workers begin. */
  goOn(entries: number, counts: Counts): void {
    COUNTERS.forEach((counter, place) => this.#counters[place] = counts[counter]);
    this.pass("numbers", entries);
    this.pass("text", entries);
  }

  /**
   * Blocks until entry `index` may take numbers or text.
   *
   * @throws {Aborted} If the run was given up.
   */
  wait(turn: "numbers" | "text", index: number): void {
    const place = turn === "numbers" ? NUMBERS : TEXT;
    for (;;) {
      if (Atomics.load(this.#control, ABORT)) throw new Aborted();
      const now = Atomics.load(this.#control, place);
      if (now === index) return;
      Atomics.wait(this.#control, place, now);
    }
  }

  /** Hands the turn on to entry `next`. */
  pass(turn: "numbers" | "text", next: number): void {
    const place = turn === "numbers" ? NUMBERS : TEXT;
    Atomics.store(this.#control, place, next);
    Atomics.notify(this.#control, place);
  }

  /** Gives the run up: every wait ends, now and later. */
  abort(): void {
    Atomics.store(this.#control, ABORT, 1);
    // A waiter that read the flag just before is past it only if its turn value has not changed: change it.
    for (const place of [NUMBERS, TEXT, ROOM]) {
      Atomics.store(this.#control, place, -1);
      Atomics.notify(this.#control, place);
    }
  }

  /**
   * Blocks until segment `index` of the bundle may be written, where it is written in segments.
   *
   * @throws {Aborted} If the run was given up.
   */
  waitForRoom(index: number): void {
    for (;;) {
      if (Atomics.load(this.#control, ABORT)) throw new Aborted();
      const end = Atomics.load(this.#control, ROOM);
      if (index < end) return;
      Atomics.wait(this.#control, ROOM, end);
    }
  }

  /** Lets segments below `end` be written. */
  makeRoom(end: number): void {
    Atomics.store(this.#control, ROOM, end);
    Atomics.notify(this.#control, ROOM);
  }

  /** A sign of life, given for every file read. */
  beat(): void {
    Atomics.add(this.#control, BEAT, 1);
  }

  /** Signs of life so far, modulo 2^32. */
  get beats(): number {
    return Atomics.load(this.#control, BEAT);
  }

  get aborted(): boolean {
    return Atomics.load(this.#control, ABORT) === 1;
  }
}
