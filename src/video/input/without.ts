/** What to do if ffmpeg is not there, or fails. */
export const WITHOUT = "--no-videos packs the images alone, without ffmpeg";
