/** Codecs whose files hold bare pixels, so that DEFLATE is worth its time. */
export const DEFLATABLE: ReadonlySet<string> = new Set([
  "bmp",
  "pnm",
  "ppm",
  "pgm",
  "pbm",
  "pam",
  "tiff",
  "tga",
  "ico",
]);
