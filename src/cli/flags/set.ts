/** Options of what a set is read or updated by. */
import type { FlagParametersForType } from "@stricli/core";
import type { Context } from "../context.ts";
import { workersFlag } from "./common.ts";
import { sourceFlags } from "./input.ts";
import { runFlags } from "./output.ts";
import { frameList, generationNumber, place } from "./values.ts";

/** Which frames of a set. */
export interface SelectionFlags {
  readonly frames?: string;
  readonly name?: readonly string[];
  readonly split?: string;
}

export const selectionFlags: FlagParametersForType<SelectionFlags, Context> = {
  frames: {
    kind: "parsed",
    parse: frameList,
    optional: true,
    placeholder: "LIST",
    brief: "Only these frames: 3, 10..20, ..5, 100.., or several with commas; from 0, both ends included",
  },
  name: {
    kind: "parsed",
    parse: String,
    variadic: true,
    optional: true,
    placeholder: "GLOB",
    brief: 'Only images whose file_name matches, as "train/**/*.jpg"; may be repeated',
  },
  split: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Only images of this split, as train",
  },
};

/** What a set is updated from, and how. */
export interface UpdateFlags {
  readonly images?: string;
  readonly labels?: string;
  readonly output?: string;
  readonly checksum?: boolean;
  readonly watch?: boolean;
  readonly dryRun?: boolean;
  readonly workers?: number;
  readonly maxRejects?: number;
}

export const updateFlags: FlagParametersForType<UpdateFlags, Context> = {
  images: sourceFlags.images,
  labels: sourceFlags.labels,
  output: {
    kind: "parsed",
    parse: place,
    optional: true,
    placeholder: "PATH",
    brief: "Folder of the set, or its place in S3 or Azure (default: output)",
  },
  checksum: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief:
      "Read every file, also where size and times say that it is as it was: after a clock was turned back",
  },
  watch: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Go on: update again whenever the dataset has changed and come to rest",
  },
  dryRun: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Tell what is new, changed, renamed and gone; write nothing",
  },
  workers: workersFlag,
  maxRejects: runFlags.maxRejects,
};

/** What is noted of a generation. */
export interface GenerationFlags {
  readonly date?: string;
  readonly message?: string;
}

export const generationFlags: FlagParametersForType<GenerationFlags, Context> = {
  date: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "TEXT",
    brief: "Date to note with the generation, as it is (default: none, for the set to be reproducible)",
  },
  message: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "TEXT",
    brief: "What to note with the generation",
  },
};

/** Which generation of a set a command reads. */
export interface AtFlags {
  readonly at?: number;
}

export const atFlags: FlagParametersForType<AtFlags, Context> = {
  at: {
    kind: "parsed",
    parse: generationNumber,
    optional: true,
    placeholder: "N",
    brief: "Take generation N of the set, as history shows it (default: the current one)",
  },
};
