import type { LabelWriter } from "../writer.ts";
import { decimals } from "../writing/decimals.ts";
import { NOT_IN_LINES, safeClassNames } from "../writing/safe_names.ts";
import { LINES, SplitFiles, splitFolder } from "../writing/split_files.ts";

const HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n";

/**
 * CSV of the TensorFlow Object Detection API, as Roboflow names its files: `<split>/_annotations.csv` beside the images, a row
 * for each box, px (FORMATS §11.2). Images without boxes have no row.
 */
export const tfCsvWriter: LabelWriter = {
  name: "tf-csv",
  begin({ categories }, out) {
    const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
    const files = new SplitFiles(out, (split) => `${splitFolder(split)}_annotations.csv`, {
      ...LINES,
      head: HEADER,
    });
    return {
      place: ({ split }, name) => splitFolder(split) + name,
      write({ path, split, width, height }, annotations) {
        const image = path.slice(splitFolder(split).length);
        const rows = annotations.map(({ bbox: [x, y, w, h], category_id }) => {
          const corners = [x, y, x + w, y + h].map((value) => decimals(value));
          const fields = [image, String(width), String(height), names[category_id - 1], ...corners];
          return fields.map(csvField).join(",") + "\n";
        });
        files.write(split, ...rows);
      },
      end: () => files.end(),
    };
  },
};

/** A field in quotes if it needs them. */
function csvField(text: string): string {
  return /[",;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
