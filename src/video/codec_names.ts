/** Names `--codec` takes: `copy` keeps the original files, the others are those of the table in `codecs.ts`. */
export const CODECS = ["copy", "h264", "hevc", "av1", "ffv1", "x264rgb", "mjpeg"] as const;

/** Codec of a compressed video. */
export type CodecName = Exclude<typeof CODECS[number], "copy">;
