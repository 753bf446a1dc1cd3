import type { CocoAnnotation } from "../../model/dataset.ts";
import type { LabelWriter } from "../writer.ts";
import { rounded } from "../writing/decimals.ts";
import { NOT_IN_LINES, safeClassNames } from "../writing/safe_names.ts";
import { JSON_ARRAY, SplitFiles, splitFolder } from "../writing/split_files.ts";

/** Apple CreateML, as Roboflow names its files: `<split>/_annotations.createml.json` beside the images (FORMATS §11.1). */
export const createmlWriter: LabelWriter = {
  name: "createml",
  begin({ categories }, out) {
    const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
    const files = new SplitFiles(
      out,
      (split) => `${splitFolder(split)}_annotations.createml.json`,
      JSON_ARRAY,
    );
    return {
      place: ({ split }, name) => splitFolder(split) + name,
      write({ path, split }, annotations) {
        const image = path.slice(splitFolder(split).length);
        const objects = annotations.map((each) => objectOf(each, names[each.category_id - 1]));
        files.write(split, JSON.stringify({ image, annotations: objects }));
      },
      end: () => files.end(),
    };
  },
};

/** A box by its middle. */
function objectOf({ bbox: [x, y, width, height] }: CocoAnnotation, label: string): object {
  return {
    label,
    coordinates: {
      x: rounded(x + width / 2),
      y: rounded(y + height / 2),
      width: rounded(width),
      height: rounded(height),
    },
  };
}
