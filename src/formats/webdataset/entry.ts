import { ALL_CAPABILITIES } from "../capabilities.ts";
import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "webdataset",
    title: "WebDataset: tar shards of images, each with a .json beside it",
    about:
      "Shards of at most 100,000 samples and 3 GB, named by split (`dataset` without one). A sample is an image and a " +
      "`.json` with its COCO records, under the number of its frame; the path it had is `file_name`. `.jpeg` and other " +
      "extensions of JPEG become `.jpg`, so that a dataset of photos has one kind of member. Classes and licences are in " +
      "`categories.json`; `train-index.json` is the index of `wids`, with size and MD5 of each shard. Needs " +
      "`--images copy`: without, the shards hold the `.json` members alone. The same input gives the same bytes. " +
      "`run --media tar --layout webdataset` makes the bundle of a set a shard.",
    example: {
      "train-000000.tar": "",
      "categories.json": `{"licenses":[],
"categories":[
{"id":1,"name":"cat","supercategory":"object"}
]}
`,
      "train-index.json": `{"wids_version":1,
"name":"train",
"shardlist":[
{"url":"train-000000.tar","nsamples":1,"filesize":3072,"md5sum":"26bb06a47eb231cae4ad9a2dcf59508a"}
]}
`,
      "000000000.json in train-000000.tar":
        `{"file_name":"train/a.jpg","width":100,"height":80,"split":"train",
"image":{"id":1,"width":100,"height":80,"file_name":"train/a.jpg"},
"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[10,20,30,40],"area":1200,"iscrowd":0,"segmentation":[]}]}
`,
    },
    write: {
      carries: ALL_CAPABILITIES,
      load: async () => (await import("./write.ts")).webdatasetWriter,
    },
  },
];
