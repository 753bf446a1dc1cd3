import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "cityscapes",
    title: "Cityscapes: gtFine/…_gtFine_polygons.json for leftImg8bit/…_leftImg8bit.png",
    about:
      "The polygons of Cityscapes and of datasets made like it. Told by `imgHeight` and `objects` with `polygon`. Groups " +
      "(`cargroup`) become crowds, labels of no class (`ego vehicle`, `static`, …) regions not to be judged; the PNGs of " +
      "the same labels are no frames.",
    example: {
      "leftImg8bit/val/ulm/ulm_000000_000019_leftImg8bit.png": "",
      "gtFine/val/ulm/ulm_000000_000019_gtFine_polygons.json": `{
  "imgHeight": 80,
  "imgWidth": 100,
  "objects": [
    {"label": "car", "polygon": [[10, 20], [40, 20], [40, 60]]},
    {"label": "road", "polygon": [[0, 60], [100, 60], [100, 80], [0, 80]]}
  ]
}
`,
    },
    read: {
      extensions: ["json"],
      carries: ["polygons", "crowds", "splits", "sizes", "background"],
      load: async () => (await import("./cityscapes.ts")).cityscapes,
    },
  },
];
