import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "hf-imagefolder",
    title:
      "Hugging Face imagefolder: metadata.jsonl, metadata.csv or metadata.parquet in the folder of the images",
    about:
      "Told by a `metadata` file with the column `file_name`. Boxes lie in `objects` as x, y, width, height; `label` is " +
      "the class of the whole image. Class names come from the dataset card (`README.md`) or `dataset_infos.json`; " +
      "without, classes are called by their numbers.",
    example: '{"file_name": "0001.png", "objects": {"bbox": [[10, 20, 30, 40]], "categories": [0]}}',
    read: {
      carries: ["boxes", "tags", "attributes", "splits", "background"],
      load: async () => (await import("./hf.ts")).hfImagefolder,
    },
  },
];
