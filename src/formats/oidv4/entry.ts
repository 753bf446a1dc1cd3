import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "oidv4",
    title: "OIDv4 ToolKit: one .txt for each image, in a folder Label",
    about:
      "What OIDv4 ToolKit makes of Open Images: class name, left, top, right and bottom in px. Names may hold blanks.",
    example: {
      "train/Traffic light/a.jpg": "",
      "train/Traffic light/Label/a.txt": `Traffic light 10.5 20 40 60
Traffic light 50 20 80 40
`,
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./oidv4.ts")).oidv4,
    },
  },
];
