import { nameOf } from "../../model/image_names.ts";
import type { LabelWriter } from "../writer.ts";
import { NOT_IN_PATHS, safeClassNames, safeSplit } from "../writing/safe_names.ts";

/**
 * Images in folders named by their class, below folders of splits: `train/cat/a.jpg` (FORMATS §4.3). An image has one
 * class; those without one are left out.
 *
 * @param name Format it is written as.
 */
export function classFoldersWriter(name: string): LabelWriter {
  return {
    name,
    imagesAreLabels: true,
    losses(image, _annotations, lose) {
      const classes = classesOf(image);
      const words = Array.isArray(image.tags) ? image.tags.length : 0;
      if (classes.length > 1) lose("tags", "beyond the first of an image are left out", classes.length - 1);
      if (words > 0) lose("tags", "that are no classes are left out", words);
      if (classes.length === 0 && words > 0) lose("background", "are left out");
    },
    begin({ categories }, out) {
      const folders = safeClassNames(categories, NOT_IN_PATHS, out.issue);
      return {
        place(image, name) {
          const [id] = classesOf(image);
          if (id === undefined) return undefined;
          const split = image.split === undefined ? "" : `${safeSplit(image.split)}/`;
          return `${split}${folders[id - 1]}/${nameOf(name)}`;
        },
        write() {},
        end() {},
      };
    },
  };
}

function classesOf({ category_ids }: Readonly<Record<string, unknown>>): readonly number[] {
  return Array.isArray(category_ids) ? category_ids : [];
}
