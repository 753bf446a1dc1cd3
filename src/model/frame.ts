/** What the header of an image file tells. */
export interface ImageHeader {
  /** `jpeg`, `png`, `webp`, `gif`, `bmp`, `tiff`, … told by the content. */
  readonly codec: string;
  /** Stored size, px. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation 1–8; 1 when there is none. */
  readonly orientation: number;
}

/** One frame line of `frame_manifest.json` (docs/dataset_spec.md §3). */
export interface FrameRecord extends ImageHeader {
  readonly index: number;
  /** First byte of the data in the bundle. */
  readonly offset: number;
  /** Bytes in the bundle. */
  readonly size: number;
  /** 8 hex digits. */
  readonly crc32: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly file_name: string;
  readonly method?: "deflate";
  readonly original_size?: number;
  readonly split?: string;
  readonly labels?: string;
  readonly placeholder?: true;
}

/** Upright size of an image, px: orientations 5 to 8 exchange width and height. */
export function uprightSize(header: ImageHeader): { width: number; height: number } {
  return header.orientation >= 5
    ? { width: header.height, height: header.width }
    : { width: header.width, height: header.height };
}
