import type { Issue } from "../../model/issue.ts";
import type { ArchivePlace } from "../../source/archive_index.ts";
import type { FolderPlace } from "../../source/source.ts";
import type { VideoSummary } from "../../tree/tree.ts";
import { decodeVideo, isWholeJpeg } from "./decode.ts";
import type { VideoFacts } from "./facts.ts";
import { chosenFrames, type FrameChoice, isBeyond, selectExpression } from "./frame_choice.ts";
import type { FrameFormat } from "./frame_format.ts";
import { FrameNames } from "./frame_names.ts";
import type { FrameSpool } from "./frame_spool.ts";
import { probeVideo, UnreadableVideo } from "./probe.ts";
import { openVideo, type VideoFile } from "./video_file.ts";

/** Options of {@link takeVideo}. */
export interface TakeOptions {
  readonly choice: FrameChoice;
  /** Images that are made of frames that are none yet. */
  readonly format: FrameFormat;
  /** True for the path of a frame that is wanted. @default {all} */
  matches?(path: string): boolean;
  /** Takes the frames; without it they are only listed. */
  readonly spool?: FrameSpool;
  /** The frames were taken by an earlier run, which has told of them. @default {false} */
  readonly isKnown?: boolean;
  /** Extension the frames had then. */
  readonly extension?: string;
  /** Frames of the videos before. */
  readonly done: number;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  readonly ffmpeg?: string;
  issue(issue: Issue): void;
  /** Told now and then how many frames were taken. */
  progress?(done: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** The frames of one video. */
export interface TakenVideo {
  /** Of the video, below the root. */
  readonly path: string;
  readonly facts: VideoFacts;
  readonly told: VideoSummary;
  readonly names: FrameNames;
  /** Numbers of the frames that were asked for; the first of them were taken. */
  readonly chosen: Uint32Array;
  /** Of each frame that was taken, its first byte in the spool and its size. */
  readonly extents: readonly number[];
}

/**
 * Takes frames out of a video. What cannot be taken becomes a reject for each frame, or for the video if it cannot be opened.
 *
 * @param place Where the dataset is.
 * @param path Below the root.
 * @param folder Folder for the frames, below the root.
 */
export async function takeVideo(
  place: FolderPlace | ArchivePlace,
  path: string,
  folder: string,
  options: TakeOptions,
): Promise<TakenVideo | undefined> {
  let video: VideoFile | undefined;
  try {
    video = await openVideo(place, path, options.signal);
    return await new Taker(video, path, folder, options).take();
  } catch (error) {
    if (!(error instanceof UnreadableVideo)) throw error;
    options.issue({
      code: "video-unreadable",
      severity: "reject",
      record: "image",
      path,
      message: `Cannot read the video "${path}": ${withoutPath(error.message, video)}.`,
    });
    return undefined;
  } finally {
    video?.close();
  }
}

/** Frames that came out of one pass over a video. */
interface Pass {
  readonly extents: number[];
  /** Why it ended early. */
  readonly failure?: string;
}

type Keeping = { readonly as: "copy" | FrameFormat; readonly extension: string };

class Taker {
  readonly input: string;

  constructor(
    readonly video: VideoFile,
    readonly path: string,
    readonly folder: string,
    readonly options: TakeOptions,
  ) {
    this.input = video.input;
  }

  async take(): Promise<TakenVideo> {
    const listed = await this.#look(false);
    const { spool } = this.options;
    if (!spool) return this.#taken(listed, new Array(listed.chosen.length * 2).fill(0));
    const start = spool.size;
    const pass = await this.#decode(spool, listed);
    if (pass.failure !== undefined || pass.extents.length === listed.chosen.length * 2) {
      return this.#taken(listed, pass.extents, pass.failure);
    }
    // The list of packets is not one of the frames: they are counted by decoding, and taken again.
    spool.cut(start);
    const counted = await this.#look(true);
    const { extents, failure } = await this.#decode(spool, counted);
    return this.#taken(counted, extents.slice(0, counted.chosen.length * 2), failure);
  }

  /** @param exact Count the frames by decoding them. */
  async #look(exact: boolean) {
    const { ffmpeg, signal, choice, extension, matches } = this.options;
    const facts = await probeVideo(this.input, { exact, program: ffmpeg && probeBeside(ffmpeg), signal });
    const keeping = await this.#keeping(facts);
    const names = new FrameNames(this.folder, facts.frames, extension ?? keeping.extension);
    const all = chosenFrames(choice, facts.times, facts.frames);
    const chosen = matches ? all.filter((number) => matches(names.path(number))) : all;
    return { facts, keeping, names, chosen, isPart: chosen.length < all.length };
  }

  /** Packets that are images already stay as they are, unless turns, fields or edits say that they are not the frames. */
  async #keeping({ codec, stream, isTurned, isInterlaced, hasHidden }: VideoFacts): Promise<Keeping> {
    const { format, ffmpeg, signal } = this.options;
    const decoded = { as: format, extension: format };
    if (isTurned || isInterlaced || hasHidden) return decoded;
    if (codec === "png") return { as: "copy", extension: "png" };
    if (codec !== "mjpeg") return decoded;
    const first: Uint8Array[] = [];
    await decodeVideo(this.input, { stream, as: "copy", most: 1, program: ffmpeg, signal }, (bytes) => {
      first.push(bytes.slice());
    });
    const whole = isWholeJpeg(new Uint8Array(await new Blob(first as BlobPart[]).arrayBuffer()));
    return whole ? { as: "copy", extension: "jpg" } : decoded;
  }

  /** Takes the frames; after a failure once more, carefully, so that it is sure which frames came before it. */
  async #decode(spool: FrameSpool, look: Look): Promise<Pass> {
    const start = spool.size;
    const pass = await this.#decodeOnce(spool, look, false);
    if (pass.failure === undefined) return pass;
    spool.cut(start);
    return await this.#decodeOnce(spool, look, true);
  }

  async #decodeOnce(spool: FrameSpool, look: Look, careful: boolean): Promise<Pass> {
    const { facts, keeping, chosen, isPart } = look;
    const { choice, ffmpeg, signal, progress, done } = this.options;
    const start = spool.size;
    const extents: number[] = [];
    if (chosen.length === 0) return { extents };
    let begin = start;
    // Packets pass no filter; and a frame waits for the next one to leave ffmpeg, which might be far behind the damage.
    const isPlain = careful || isPart || keeping.as === "copy";
    const select = isPlain ? undefined : selectExpression(choice, chosen);
    const isFiltered = select !== undefined || chosen.length === facts.frames;
    let number = 0;
    const failure = await decodeVideo(this.input, {
      stream: facts.stream,
      as: keeping.as,
      select,
      careful,
      program: ffmpeg,
      signal,
    }, (bytes, isLast) => {
      const isWanted = isFiltered || chosen[extents.length / 2] === number;
      if (isWanted) spool.write(bytes);
      if (!isLast) return;
      number++;
      if (!isWanted) return;
      extents.push(begin, spool.size - begin);
      begin = spool.size;
      const count = extents.length / 2;
      spool.refuseTooLarge(this.path, start, count, chosen.length);
      progress?.(done + count, done + chosen.length);
    });
    // What of a frame came before the end.
    if (begin < spool.size) spool.cut(begin);
    return { extents, failure };
  }

  /** Tells what was taken, and what was not. */
  #taken({ facts, names, chosen }: Look, extents: readonly number[], failure?: string): TakenVideo {
    const { path } = this;
    const { codec, width, height, fps, isVariable, frames, streams } = facts;
    const told = {
      path,
      codec,
      width,
      height,
      fps,
      variable: isVariable,
      frames,
      taken: extents.length / 2,
      as: names.extension,
    };
    if (!this.options.isKnown) {
      this.#tell(told, streams);
      this.#tellBeyond(facts);
    }
    const taken = { path, facts, told, names, chosen, extents };
    if (told.taken < chosen.length) this.#rejectLost(taken, failure);
    return taken;
  }

  #tell({ codec, width, height, fps, variable, frames, taken, as }: VideoSummary, streams: number): void {
    const { path, options: { issue, choice } } = this;
    const rate = variable ? `${fps} a second on average, not evenly` : `${fps} a second`;
    const all = choice.every === undefined && choice.at === undefined;
    issue({
      code: "video-frames",
      severity: "note",
      path,
      message: `"${path}" (${codec}, ${width}×${height}) has ${frames} frames, ${rate}; ` +
        `${taken} become images (${as}).${all && taken > 1 ? " Take fewer with --every or --at." : ""}`,
    });
    if (streams === 1) return;
    issue({
      code: "video-streams",
      severity: "warning",
      path,
      message: `"${path}" has ${streams} streams of pictures; the first is read.`,
      suggestion: "Put the others into files of their own: `ffmpeg -i FILE -map 0:v:1 -c copy OTHER`.",
    });
  }

  #tellBeyond({ times }: VideoFacts): void {
    const { path, options: { issue, choice } } = this;
    const beyond = (choice.at ?? []).filter((seconds) => isBeyond(times, times[0] + seconds));
    if (beyond.length === 0) return;
    issue({
      code: "video-time-beyond",
      severity: "warning",
      path,
      message: `"${path}" has no frame at ${beyond[0]} s` +
        (beyond.length > 1 ? ` and ${beyond.length - 1} more times` : "") +
        `: its last one is at ${Math.round((times[times.length - 1] - times[0]) * 1000) / 1000} s.`,
    });
  }

  /** Frames behind the damage are rejected one by one: each is an image that is not there. */
  #rejectLost(
    { names, chosen, extents, facts }: Omit<TakenVideo, "told">,
    failure = facts.times.length < facts.frames
      ? "the file ends early"
      : "they do not come out of the decoder",
  ): void {
    const { path, video, options } = this;
    const reason = withoutPath(failure, video);
    for (const number of chosen.subarray(extents.length / 2)) {
      options.issue({
        code: "video-damaged",
        severity: "reject",
        record: "image",
        path: names.path(number),
        message: `Frame ${number} of "${path}" cannot be read, as the video is damaged: ${reason}.`,
      });
    }
  }
}

/** What is to be done with a video. */
interface Look {
  readonly facts: VideoFacts;
  readonly names: FrameNames;
  /** Some frames are left out by their names. */
  readonly isPart: boolean;
  readonly keeping: Keeping;
  readonly chosen: Uint32Array;
}

/** ffprobe, which comes with ffmpeg and lies beside it. */
function probeBeside(ffmpeg: string): string {
  return ffmpeg.replace(/ffmpeg(?=[^/\\]*$)/i, "ffprobe");
}

/** What a program said, without the absolute path, which differs from machine to machine. */
function withoutPath(words: string, video: VideoFile | undefined): string {
  const text = video ? words.replaceAll(video.input, "the file").replaceAll(video.file, "the file") : words;
  return text.replace(/^the file: /, "").replace(/ @ 0x[0-9a-f]+\]/g, "]").replace(/\.$/, "");
}
