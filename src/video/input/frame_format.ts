/** Images that are made of frames: `png` loses nothing of what the decoder gives, `jpg` takes a fraction of the room. */
export const FRAME_FORMATS = ["png", "jpg"] as const;

/** One of {@link FRAME_FORMATS}. */
export type FrameFormat = typeof FRAME_FORMATS[number];
