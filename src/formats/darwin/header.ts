import { isImageName } from "../../model/image_names.ts";
import { asObject } from "../json/loose.ts";

/** One picture of an item: an image, or the frames of a video. */
export interface Slot {
  readonly name: string;
  /** File name of the picture; of a video, that of the video. */
  readonly file: string;
  readonly width: unknown;
  readonly height: unknown;
  readonly video: boolean;
}

/** What a Darwin file is about. */
export interface Header {
  readonly name: string;
  /** Folder of the item in the dataset, without slashes at its ends. */
  readonly folder: string;
  readonly slots: readonly Slot[];
}

/** Reads `item` of version 2.0, or `image` of version 1.0; undefined if the file has neither. */
export function readHeader(root: Readonly<Record<string, unknown>>): Header | undefined {
  const item = asObject(root.item);
  const image = asObject(root.image);
  const name = textOf(item?.name) ?? textOf(image?.filename) ?? textOf(image?.original_filename);
  if (name === undefined) return undefined;
  const folder = (textOf(item?.path) ?? textOf(image?.path) ?? "").replace(/^\/+|\/+$/g, "");
  if (!item) {
    const { width, height, frame_count } = image!;
    return {
      name,
      folder,
      slots: [{ name: "0", file: name, width, height, video: frame_count !== undefined }],
    };
  }
  const listed = (Array.isArray(item.slots) ? item.slots : []).map((slot) => asObject(slot) ?? {});
  const slots = listed.map((slot): Slot => {
    const { slot_name, type, width, height, source_files } = slot;
    const source = Array.isArray(source_files) ? asObject(source_files[0]) : undefined;
    const file = textOf(source?.file_name) ?? textOf(source?.storage_key);
    return {
      name: textOf(slot_name) ?? "0",
      // The name of the item is the newer one, but has no extension when the user gave it.
      file: listed.length === 1 && (isImageName(name) || file === undefined) ? name : file ?? name,
      width,
      height,
      video: type === "video" || slot.frame_count !== undefined && slot.frame_count !== 1,
    };
  });
  if (slots.length > 0) return { name, folder, slots };
  return {
    name,
    folder,
    slots: [{ name: "0", file: name, width: undefined, height: undefined, video: false }],
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
