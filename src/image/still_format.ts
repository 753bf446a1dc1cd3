/** Formats single pictures are written in. */
export const STILL_FORMATS = ["png", "jpg"] as const;
export type StillFormat = typeof STILL_FORMATS[number];

/** What the manifest calls the codec of a format. */
export const CODEC_OF: Readonly<Record<StillFormat, string>> = { png: "png", jpg: "jpeg" };
