import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "open-images",
    title: "Open Images: CSV files of boxes, masks and image labels with ImageID and LabelName",
    about:
      "Boxes are fractions of the image, classes have machine identifiers that `class-descriptions*.csv` names. " +
      "`IsGroupOf` becomes a crowd. Of the labels of whole images only verified ones are taken.",
    example: {
      "validation/0001eeaf4aed83f9.jpg": "",
      "class-descriptions-boxable.csv": `/m/01yrx,Cat
/m/0bt9lr,Dog
`,
      "validation-annotations-bbox.csv":
        `ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside
0001eeaf4aed83f9,xclick,/m/01yrx,1,0.1,0.4,0.25,0.75,0,1,0,0,0
0001eeaf4aed83f9,xclick,/m/0bt9lr,1,0.5,0.8,0.25,0.5,0,0,1,0,0
`,
    },
    read: {
      extensions: ["csv"],
      carries: ["boxes", "masks", "crowds", "tags", "attributes", "scores", "splits"],
      load: async () => (await import("./open_images.ts")).openImages,
    },
  },
];
