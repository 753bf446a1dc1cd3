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
    example: {
      "train/0001.png": "",
      "train/0002.png": "",
      "train/metadata.jsonl":
        `{"file_name": "0001.png", "objects": {"bbox": [[10, 20, 30, 40], [50, 20, 30, 20]], "categories": [0, 1]}}
{"file_name": "0002.png", "objects": {"bbox": [], "categories": []}}
`,
    },
    read: {
      extensions: ["jsonl", "csv", "parquet"],
      carries: ["boxes", "tags", "attributes", "splits", "background"],
      load: async () => (await import("./hf.ts")).hfImagefolder,
    },
    write: {
      carries: ["boxes", "tags", "splits", "sizes", "background"],
      load: async () => (await import("./write.ts")).hfImagefolderWriter,
    },
  },
  {
    name: "hf-parquet",
    title: "Hugging Face imagefolder: metadata.parquet for the images of each folder",
    about: "As `hf-imagefolder`, by which it is read, with the rows as Parquet.",
    example: {
      "train/0001.png": "",
      "train/metadata.jsonl":
        `{"file_name": "0001.png", "objects": {"bbox": [[10, 20, 30, 40]], "categories": [0]}}
`,
    },
    write: {
      carries: ["boxes", "tags", "splits", "sizes", "background"],
      load: async () => (await import("./write_parquet.ts")).hfParquetWriter,
    },
  },
];
