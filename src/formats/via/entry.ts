import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "via2",
    title: "VGG Image Annotator 1 and 2: JSON projects and exports, CSV exports",
    about:
      "Told by `_via_img_metadata`, or by members with `filename` and `regions`; as CSV by its header. VIA has no class of its " +
      'own: the only attribute of the regions is taken for it, else one named like "class", "label" or "type", else the one ' +
      "with the most different words. Ticked checkboxes become lists. Circles and ellipses become polygons. " +
      "Written as `via_region_data.json` for each split, the class as the attribute `class`.",
    example: {
      "a.png": "",
      "via_region_data.json": `{
  "a.png252": {"filename": "a.png", "size": 252, "file_attributes": {}, "regions": [
    {"shape_attributes": {"name": "rect", "x": 10, "y": 20, "width": 30, "height": 40},
     "region_attributes": {"type": "cat"}},
    {"shape_attributes": {"name": "polygon", "all_points_x": [50, 80, 80], "all_points_y": [20, 20, 40]},
     "region_attributes": {"type": "dog"}}
  ]}
}
`,
    },
    read: {
      extensions: ["json", "csv"],
      carries: ["boxes", "polygons", "rotation", "tags", "attributes", "background"],
      load: async () => (await import("./via2.ts")).via2,
    },
    write: {
      carries: [
        "boxes",
        "polygons",
        "rotation",
        "tracks",
        "tags",
        "attributes",
        "scores",
        "splits",
        "background",
      ],
      load: async () => (await import("./write.ts")).via2Writer,
    },
  },
  {
    name: "via3",
    title: "VGG Image Annotator 3: JSON projects, CSV exports",
    about:
      "Told by `project` with its list of views, or by the comment lines of the CSV. The class is found as in `via2`; " +
      "numbers of options are replaced by their names. What is said of an image without a region becomes its attributes. " +
      "Of a video that is there, the frame that is shown at the time of a region gets it; a span counts for all its frames.",
    example: {
      "a.png": "",
      "via_project.json": `{
  "project": {"pid": "__VIA_PROJECT_ID__", "pname": "pets", "data_format_version": "3.1.1", "vid_list": ["1"]},
  "attribute": {"1": {"aname": "class", "type": 4, "options": {"0": "cat", "1": "dog"}}},
  "file": {"1": {"fid": "1", "fname": "a.png", "type": 2, "loc": 1, "src": "a.png"}},
  "metadata": {
    "1_x": {"vid": "1", "z": [], "xy": [2, 10, 20, 30, 40], "av": {"1": "0"}},
    "1_y": {"vid": "1", "z": [], "xy": [7, 50, 20, 80, 20, 80, 40], "av": {"1": "1"}}
  },
  "view": {"1": {"fid_list": ["1"]}}
}
`,
    },
    read: {
      extensions: ["json", "csv"],
      carries: ["boxes", "polygons", "tags", "attributes", "background"],
      load: async () => (await import("./via3.ts")).via3,
    },
  },
];
