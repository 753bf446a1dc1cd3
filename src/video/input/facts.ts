/** What is known of a video before it is decoded. */
export interface VideoFacts {
  /** Number of the stream among all of the file. */
  readonly stream: number;
  /** ffmpeg's name of the codec. */
  readonly codec: string;
  /** Upright size, px. */
  readonly width: number;
  readonly height: number;
  /** It is to be turned to be upright. */
  readonly isTurned: boolean;
  /** Two fields make a picture. */
  readonly isInterlaced: boolean;
  /** There are packets that are not shown. */
  readonly hasHidden: boolean;
  /** Streams with pictures in the file. */
  readonly streams: number;
  /** When each frame begins, in seconds by the file's own clock, in the order they are shown. */
  readonly times: Float64Array;
  /** Frames there should be: more than there are if the file ends early. */
  readonly frames: number;
  /** Mean frames a second; 0 if it cannot be told. */
  readonly fps: number;
  /** The frames are not equally far from each other. */
  readonly isVariable: boolean;
}

/** What is told by the list of packets, or of frames. */
type Timing = "times" | "frames" | "fps" | "isVariable" | "hasHidden";

/** What ffprobe says of the streams of a file. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly nb_frames?: string;
  readonly time_base?: string;
  readonly field_order?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** A packet, or a frame, as ffprobe lists them. */
export class Moments {
  /** In units of the stream's time base. */
  #ticks = new Float64Array(1 << 10);
  #count = 0;
  /** All of them, with those that are not shown. */
  listed = 0;
  /** They tell when each frame begins, and how many there are. */
  isSure = true;

  /** @param line `pts,flags` of a packet, `best_effort_timestamp` of a frame. */
  add(line: string): void {
    const [pts, flags = "K"] = line.split(",");
    if (pts === "") return;
    // What comes before the first key frame cannot be decoded.
    if (this.listed++ === 0 && !flags.includes("K")) this.isSure = false;
    if (flags.includes("D")) return;
    if (this.#count === this.#ticks.length) {
      const more = new Float64Array(this.#count * 2);
      more.set(this.#ticks);
      this.#ticks = more;
    }
    const tick = Number(pts);
    if (!Number.isFinite(tick)) this.isSure = false;
    this.#ticks[this.#count++] = Number.isFinite(tick) ? tick : this.#ticks[this.#count - 2] ?? 0;
  }

  /**
   * @param unit Seconds of a tick: numerator and denominator.
   * @param lost Frames there should be, but are not.
   */
  finish(
    [numerator, denominator]: readonly [number, number],
    lost: number,
  ): Pick<VideoFacts, Timing> {
    const ticks = this.#ticks.slice(0, this.#count).sort();
    let [least, most] = [Infinity, 0];
    for (let i = 1; i < ticks.length; i++) {
      const gap = ticks[i] - ticks[i - 1];
      if (gap === 0) this.isSure = false;
      least = Math.min(least, gap);
      most = Math.max(most, gap);
    }
    const span = (ticks[ticks.length - 1] - ticks[0]) * numerator / denominator;
    return {
      times: ticks.map((tick) => Math.round(tick * numerator / denominator * 1e6) / 1e6),
      frames: this.#count + lost,
      hasHidden: this.#count < this.listed,
      fps: span > 0 ? Math.round((ticks.length - 1) / span * 1000) / 1000 : 0,
      // A container that counts milliseconds rounds 33.3 to 33 and 34.
      isVariable: most - least > 1,
    };
  }
}

/** What is drawn, and how, of the stream whose frames are taken: the first that is no cover picture. */
export function pictureStream(
  streams: readonly ProbedStream[],
):
  | Omit<VideoFacts, Timing> & {
    readonly declared: number;
    readonly unit: readonly [number, number];
  }
  | undefined {
  const pictures = streams.filter((stream) =>
    stream.disposition?.attached_pic !== 1 && stream.width! > 0 && stream.height! > 0
  );
  if (pictures.length === 0) return undefined;
  const [
    { index, codec_name = "unknown", width, height, nb_frames, time_base, field_order, side_data_list },
  ] = pictures;
  const rotation = side_data_list?.find((each) => each.rotation !== undefined)?.rotation ?? 0;
  const turn = ((Math.round(rotation) % 360) + 360) % 360;
  const swapped = turn % 180 === 90;
  const [numerator, denominator] = (time_base ?? "").split("/").map(Number);
  return {
    stream: index,
    codec: codec_name,
    width: swapped ? height! : width!,
    height: swapped ? width! : height!,
    isTurned: turn !== 0,
    isInterlaced: !["progressive", "unknown", undefined].includes(field_order),
    streams: pictures.length,
    declared: Number(nb_frames ?? 0) || 0,
    unit: numerator > 0 && denominator > 0 ? [numerator, denominator] : [1, 1],
  };
}
