import type { VideoSummary } from "../manifest/record.ts";
import { plural, printable } from "../text/format.ts";

/** `h264 (libx264), crf 18, yuv420p, 640×480 px` */
export function settingsLine({ codec, encoder, crf, pix_fmt, width, height, files }: VideoSummary): string {
  return [
    encoder === codec ? codec : `${codec} (${encoder})`,
    ...(crf === undefined ? [] : [`crf ${crf}`]),
    pix_fmt,
    files ? plural(files.length, "size") : `${width}×${height} px`,
  ].join(", ");
}

/**
 * What decoding the video again has shown.
 *
 * @param worstName Name of the worst frame, if it is known.
 */
export function proofLine({ proof }: VideoSummary, worstName?: string): string {
  if (!proof) return "none (--no-proof)";
  const { psnr, ssim, worst_frame } = proof;
  if (!psnr || !ssim) return "every pixel of every frame is identical";
  const name = worstName ? `, ${printable(worstName)}` : "";
  const worst = `worst ${psnr.worst} dB, SSIM ${ssim.worst} (frame ${worst_frame}${name})`;
  return `PSNR mean ${psnr.mean} dB, SSIM ${ssim.mean}; 95 % from ${psnr.p5} dB on; ${worst}`;
}
