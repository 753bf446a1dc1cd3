import type { ProofSummary, Spread } from "../manifest/record.ts";
import { PackError } from "../model/issue.ts";
import { areIdentical, difference, IDENTICAL, likeness, lumaOf } from "./compare.ts";
import type { DecodedFrame } from "./decode_video.ts";

/** A decoded frame is another's if it lies so far on the way to that one. */
const OTHER = 0.75;
/**
 * … or if the mean of an area differs by this and so many times what is typical for the video, of 255. Measured: 2 at crf 18, 5
 * at 30, 20 at 51; 90 where another picture of the same scene was in its place.
 */
const AREA = 16, TYPICAL = 3;

/** A source as it went into the encoder. */
export interface SourcePicture {
  /** Name for messages. */
  readonly name: string;
  /** Upright size, px. */
  readonly width: number;
  readonly height: number;
  /** RGB, 3 bytes a pixel; valid until the next one is asked for. */
  readonly pixels: Uint8Array;
}

/** A source whose frame has been decoded, kept until its neighbours have been, too. */
interface Kept {
  readonly index: number;
  readonly name: string;
  readonly luma: Uint8Array;
  readonly width: number;
  readonly decoded: Uint8Array;
}

/** What a proof must show. */
export interface ProofDemands {
  /** Every pixel must be as it was. */
  readonly lossless: boolean;
  /** Least PSNR of every frame, dB. */
  readonly minPsnr?: number;
}

/**
 * The proof that a video holds what went in: frame by frame and in order.
 *
 * Lossless frames must be identical. Of others PSNR and SSIM are measured over the true size, and two tests find a frame that
 * is not its source's at all, as when one was dropped, doubled or exchanged: the mean of no area may differ much
 * ({@link difference}), and no frame may be like the source before or after ({@link likeness}).
 */
export class Proof {
  readonly #psnr: number[] = [];
  readonly #ssim: number[] = [];
  readonly #areas: number[] = [];
  readonly #indexes: number[] = [];
  readonly #worst = { psnr: Infinity, index: 0, name: "" };
  /** The frame before. */
  #last: Kept | undefined;

  constructor(readonly demands: ProofDemands) {}

  /** Name of the frame with the lowest PSNR; empty if all are identical. */
  get worstName(): string {
    return this.#worst.name;
  }

  /**
   * Compares the next frame.
   *
   * @param index Its index in the set.
   * @throws {PackError} If it is not the picture that went in.
   */
  add(index: number, source: SourcePicture, frame: DecodedFrame): void {
    const { name, width, height } = source;
    const own = { pixels: source.pixels, stride: width };
    const found = { pixels: frame.pixels, stride: frame.width };
    if (this.demands.lossless) {
      if (!areIdentical(own, found, width, height)) throw notIdentical(index, name);
      return;
    }
    const luma = lumaOf(own, width, height), decoded = lumaOf(found, width, height);
    const { psnr, ssim, area } = difference(
      { ...own, luma },
      { ...found, luma: decoded },
      width,
      height,
    );
    this.#psnr.push(psnr);
    this.#ssim.push(ssim);
    this.#areas.push(area);
    this.#indexes.push(index);
    if (psnr < this.#worst.psnr) Object.assign(this.#worst, { psnr, index, name });
    const now = { index, name, luma, width, decoded };
    const last = this.#last;
    if (last?.width === width) {
      this.#refuseOther(now, last, index, "before");
      // The one before is judged once the source after it is known.
      this.#refuseOther(last, now, last.index, "after");
    }
    this.#last = now;
  }

  #refuseOther(frame: Kept, other: { luma: Uint8Array }, index: number, which: "before" | "after"): void {
    if (likeness(frame.decoded, frame.luma, other.luma) <= OTHER) return;
    throw displaced(index, frame.name, `looks like the image ${which} it`);
  }

  /**
   * Ends the proof.
   *
   * @param nameOf Name of a frame, by its index.
   * @throws {PackError} If a frame is not its source's, or worse than is demanded.
   */
  finish(nameOf: (index: number) => string): ProofSummary {
    if (this.demands.lossless) return { identical: true };
    const typical = sorted(this.#areas)[this.#areas.length >> 1];
    const foreign = this.#areas.findIndex((area) => area > AREA + TYPICAL * typical);
    if (foreign >= 0) {
      throw displaced(
        this.#indexes[foreign],
        nameOf(this.#indexes[foreign]),
        `differs by ${Math.round(this.#areas[foreign])} of 255 in the mean of an area`,
      );
    }
    const { psnr, index, name } = this.#worst;
    const { minPsnr } = this.demands;
    if (minPsnr !== undefined && psnr < minPsnr) {
      throw new PackError(
        `Frame ${index} "${name}" comes back with a PSNR of ${
          psnr.toFixed(2)
        } dB, --min-psnr asks for ${minPsnr}: ` +
          "nothing was published.",
        "Give a lower --crf, --pix-fmt yuv444p where colours are fine, or a lossless codec: ffv1 or x264rgb.",
      );
    }
    return {
      ...this.#psnr.every((value) => value === IDENTICAL) && { identical: true as const },
      psnr: spread(this.#psnr, 2),
      ssim: spread(this.#ssim, 5),
      worst_frame: index,
    };
  }
}

/** Worst, percentiles and mean of values of which more is better. */
function spread(values: readonly number[], decimals: number): Spread {
  const ordered = sorted(values);
  const round = (value: number) => Number(value.toFixed(decimals));
  const at = (share: number) =>
    round(ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))]);
  const mean = ordered.reduce((sum, value) => sum + value, 0) / ordered.length;
  return { worst: at(0), p1: at(0.01), p5: at(0.05), p50: at(0.5), mean: round(mean) };
}

const sorted = (values: readonly number[]) => Float64Array.from(values).sort();

function displaced(index: number, name: string, cause: string): PackError {
  return new PackError(
    `The video does not hold what went in: frame ${index} "${name}" ${cause}. Nothing was published.`,
    "A frame was lost, doubled or exchanged by the encoder, or so much detail that it shows what was before: give a lower " +
      "--crf, or try another --codec or ffmpeg.",
  );
}

function notIdentical(index: number, name: string): PackError {
  return new PackError(
    `The codec is lossless, but frame ${index} "${name}" does not come back as it was. Nothing was published.`,
    "Try another --codec or another ffmpeg, and report this.",
  );
}
