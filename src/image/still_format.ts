/** Formats single pictures are written in. */
export type StillFormat = "png" | "jpg";

/** All of them. */
export const STILL_FORMATS = ["png", "jpg"] as const;

/** What the manifest calls the codec of a format. */
export const CODEC_OF: Readonly<Record<StillFormat, string>> = { png: "png", jpg: "jpeg" };
