import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "cityscapes",
    title: "Cityscapes: gtFine/…_gtFine_polygons.json for leftImg8bit/…_leftImg8bit.png",
    about:
      "The polygons of Cityscapes and of datasets made like it. Told by `imgHeight` and `objects` with `polygon`. Groups " +
      "(`cargroup`) become crowds, labels of no class (`ego vehicle`, `static`, …) regions not to be judged; the PNGs of " +
      "the same labels are no frames.",
    example:
      '{"imgHeight":1024,"imgWidth":2048,"objects":[{"label":"car","polygon":[[10,20],[40,20],[40,60]]}]}',
    read: {
      carries: ["polygons", "crowds", "splits", "sizes", "background"],
      load: async () => (await import("./cityscapes.ts")).cityscapes,
    },
  },
];
