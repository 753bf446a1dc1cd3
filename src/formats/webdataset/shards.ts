import { createHash, type Hash } from "node:crypto";
import { blocksOf, type RangeReader } from "../../io/range_file.ts";
import { tar } from "../../media/tar.ts";
import type { ShardRecord } from "../../media/webdataset.ts";
import { PackError } from "../../model/issue.ts";
import type { LabelSink, LabelStream } from "../writer.ts";

/** Most that a shard holds. */
export interface ShardLimits {
  readonly samples: number;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** A file of a sample: its name, and its content. */
export interface Member {
  readonly name: string;
  readonly content: Uint8Array | RangeReader;
}

/** As WebDataset's own writer gives them to members. */
const MODE = 0o444;
const END = tar.end(0, 0, 0);
const encoder = new TextEncoder();

/** The shards of one split: `<name>-000000.tar`, … */
export class Shards {
  /** Of the shards that are complete. */
  readonly list: ShardRecord[] = [];
  #shard?: Shard;

  constructor(readonly out: LabelSink, readonly name: string, readonly limits: ShardLimits) {}

  /** Adds a sample; a new shard is begun where it would go beyond a limit of the last one. */
  add(members: readonly Member[]): void {
    const size = members.reduce((sum, member) => sum + sizeInTar(member), 0);
    const shard = this.#shard;
    if (
      shard &&
      (shard.samples >= this.limits.samples || shard.size + size + END.length > this.limits.bytes)
    ) this.end();
    this.#shard ??= new Shard(this.out, `${this.name}-${String(this.list.length).padStart(6, "0")}.tar`);
    this.#shard.add(members);
  }

  /** Completes the last shard. */
  end(): void {
    if (this.#shard) this.list.push(this.#shard.end());
    this.#shard = undefined;
  }
}

class Shard {
  samples = 0;
  /** Bytes written. */
  size = 0;
  readonly #file: LabelStream;
  readonly #md5: Hash = createHash("md5");

  constructor(out: LabelSink, readonly url: string) {
    this.#file = out.open(url);
  }

  add(members: readonly Member[]): void {
    for (const member of members) this.#add(member);
    this.samples++;
  }

  end(): ShardRecord {
    this.#put(END);
    this.#file.close();
    return {
      url: this.url,
      nsamples: this.samples,
      filesize: this.size,
      md5sum: this.#md5.digest("hex"),
    };
  }

  #add({ name, content }: Member): void {
    const size = sizeOf(content);
    this.#put(header(name, size));
    const start = this.size;
    if (content instanceof Uint8Array) this.#put(content);
    else for (const block of blocksOf(content)) this.#put(block);
    if (this.size - start !== size) {
      throw new PackError(
        `An image became shorter while it was read, for "${name}" in "${this.url}".`,
        "Run again when nothing writes to the images.",
      );
    }
    this.#put(new Uint8Array(tar.padding(size)));
  }

  #put(bytes: Uint8Array): void {
    this.#file.write(bytes);
    this.#md5.update(bytes);
    this.size += bytes.length;
  }
}

function header(name: string, size: number): Uint8Array {
  const bytes = encoder.encode(name);
  const into = new Uint8Array(tar.headerSize(bytes, size));
  // Checksums do not stand in a tar.
  tar.writeHeader(into, 0, {
    name: bytes,
    size,
    originalSize: size,
    crc32: 0,
    deflated: false,
    mode: MODE,
  });
  return into;
}

function sizeInTar({ name, content }: Member): number {
  const size = sizeOf(content);
  return tar.headerSize(encoder.encode(name), size) + size + tar.padding(size);
}

function sizeOf(content: Member["content"]): number {
  return content instanceof Uint8Array ? content.length : content.size;
}
