/** Names of elements in VOC files; others are read as well, a little slower. */
const KNOWN = [
  ..."annotation folder filename path source database image flickrid owner name size width height depth"
    .split(" "),
  ..."segmented object pose truncated occluded difficult bndbox xmin ymin xmax ymax part".split(" "),
  ..."attributes attribute value polygon actions point x y confidence".split(" "),
];

interface KnownName {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const table: (KnownName | undefined)[] = new Array(512).fill(undefined);
for (const name of KNOWN) {
  const bytes = new TextEncoder().encode(name);
  let hash = 0;
  for (const byte of bytes) hash = nextHash(hash, byte);
  // Two names in one slot: the latter is looked up the slow way.
  table[hash & 511] ??= { name, bytes };
}

/** Takes one more byte of a name into its hash; starts with 0. */
export function nextHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/** The name in `units[start, end)`, if it is a known one. Saves a new string for every tag. */
export function knownName(units: Uint8Array, start: number, end: number, hash: number): string | undefined {
  const entry = table[hash & 511];
  if (!entry || entry.bytes.length !== end - start) return undefined;
  for (let i = start; i < end; i++) if (units[i] !== entry.bytes[i - start]) return undefined;
  return entry.name;
}
