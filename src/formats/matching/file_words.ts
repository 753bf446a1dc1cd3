import { below, folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import { splitName, splitOfLayout } from "../../tree/split.ts";

/** Roboflow's name, in the folder of each split. */
export const ROBOFLOW = "_annotations.coco.json";

/** What the files of the COCO challenge begin with. */
const TASK = /^(instances|person_keypoints|captions|panoptic|stuff|image_info|labels|annotations)_(.+)$/;

/** Task and split as the name of a COCO file tells them. */
export interface FileWords {
  /** `instances`, `captions`, …; undefined for other names. */
  readonly task?: string;
  /** The rest of the name as it stands there (`val2017`), which is often the folder of the images. */
  readonly word?: string;
}

/** Takes a name like `instances_val2017.json` apart. */
export function fileWords(path: string): FileWords {
  const stem = withoutExtension(nameOf(path));
  const match = TASK.exec(stem);
  return match ? { task: match[1], word: match[2] } : { word: /[^_-]+$/.exec(stem)?.[0] };
}

/**
 * Split of the images of a file: told by its name, else by its folder. CVAT's `instances_default.json` tells none.
 *
 * @param path Of the label file.
 */
export function splitOfFile(path: string): string | undefined {
  const { task, word } = fileWords(path);
  if (word && nameOf(path) !== ROBOFLOW) {
    const plain = word.replace(/^(train|val|test)(?:19|20)\d\d$/, "$1");
    if (splitOfLayout(below(plain, "image"))) return splitName(plain);
    if (task && plain.toLowerCase() !== "default") return plain;
  }
  return splitOfLayout(below(folderOf(path), nameOf(path)));
}
