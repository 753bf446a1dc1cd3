const CODECS: Record<string, string> = {
  jpg: "jpeg",
  jpeg: "jpeg",
  jpe: "jpeg",
  jfif: "jpeg",
  mpo: "jpeg",
  png: "png",
  webp: "webp",
  gif: "gif",
  bmp: "bmp",
  tif: "tiff",
  tiff: "tiff",
  dng: "tiff",
  ppm: "pnm",
  pgm: "pnm",
  pbm: "pnm",
  pnm: "pnm",
  pfm: "pnm",
  heic: "heif",
  heif: "heif",
  avif: "avif",
  jp2: "jp2",
  jxl: "jxl",
};

/**
 * Codec an image file should have by its name.
 *
 * @param extension Without a dot, in lower case.
 * @returns Undefined for an extension that is not known.
 */
export function expectedCodec(extension: string): string | undefined {
  return Object.hasOwn(CODECS, extension) ? CODECS[extension] : undefined;
}
