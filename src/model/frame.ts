/** What the header of an image file tells. */
export interface ImageHeader {
  /** `jpeg`, `png`, `webp`, `gif`, `bmp`, `tiff`, … told by the content. */
  readonly codec: string;
  /** Stored width, px. */
  readonly width: number;
  /** Stored height, px. */
  readonly height: number;
  /** EXIF orientation 1–8; 1 when there is none. */
  readonly orientation: number;
}

/** One frame line of `frame_manifest.json` (docs/dataset_spec.md §3). */
export interface FrameRecord extends ImageHeader {
  /** Number of the line, from 0; as long as a set was never updated, the place in bundle order. */
  readonly index: number;
  /** First byte of the data in the bundle; undefined in a compressed video. */
  readonly offset?: number;
  /** Bytes in the bundle; in a compressed video, of the original file. */
  readonly size: number;
  /** 8 hex digits. */
  readonly crc32: string;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Path below the dataset folder, `/` between parts. */
  readonly file_name: string;
  /** Image id, if it is not `index` + 1: {@link imageIdOf}. */
  readonly id?: number;
  /** Number of the frame in the bundle, if it is not `index`: {@link frameNumberOf}. */
  readonly frame?: number;
  /** First generation without it; absent while it is alive. */
  readonly removed?: number;
  /** Name of the entry in the bundle, if it is not `file_name`. */
  readonly entry?: string;
  /** Bytes of the `.json` member after the frame, in a bundle laid out for WebDataset. */
  readonly json_size?: number;
  /** Its CRC-32: 8 hex digits. */
  readonly json_crc32?: string;
  /** Set if the data in the bundle is raw DEFLATE. */
  readonly method?: "deflate";
  /** Bytes it inflates to, if it is deflated. */
  readonly original_size?: number;
  /** Index of the video file and of the frame in it, if a compressed bundle has several files. */
  readonly video?: number;
  /** See `video`. */
  readonly video_frame?: number;
  /** CRC-32 of the decoded picture of a compressed video, 8 hex digits. */
  readonly decoded?: string;
  /** `train`, `val`, `test` or the layout's own word. */
  readonly split?: string;
  /** `<format>:<path>` of the label file. */
  readonly labels?: string;
  /** Set on grey frames that stand for a missing image. */
  readonly placeholder?: true;
}

/** Id of the image in COCO. */
export const imageIdOf = ({ id, index }: Pick<FrameRecord, "id" | "index">): number => id ?? index + 1;

/** Number of the frame; lines of the same bytes in the bundle have the same. */
export const frameNumberOf = ({ frame, index }: Pick<FrameRecord, "frame" | "index">): number =>
  frame ?? index;

/** Upright size of an image, px: orientations 5 to 8 exchange width and height. */
export function uprightSize(header: ImageHeader): { width: number; height: number } {
  return header.orientation >= 5
    ? { width: header.height, height: header.width }
    : { width: header.width, height: header.height };
}

/** Bytes of the original file of a frame. */
export function recordedSize({ size, original_size }: Pick<FrameRecord, "size" | "original_size">): number {
  return original_size ?? size;
}
