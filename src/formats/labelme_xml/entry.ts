import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "labelme-xml",
    title: "Old LabelMe XML: Annotations/ beside Images/",
    about:
      "What the web version of LabelMe saves. Told from Pascal VOC by `imagesize`, `pt` or `segm`. Deleted objects are left " +
      "out; masks are read from `Masks/`.",
    example: {
      "Images/users/me/set/a.jpg": "",
      "Annotations/users/me/set/a.xml": `<annotation>
  <filename>a.jpg</filename><folder>users/me/set</folder>
  <object>
    <name>car</name><deleted>0</deleted><verified>0</verified><occluded>no</occluded><attributes></attributes>
    <polygon>
      <pt><x>10</x><y>20</y></pt><pt><x>40</x><y>20</y></pt><pt><x>40</x><y>60</y></pt>
    </polygon>
  </object>
  <object>
    <name>bus</name><deleted>0</deleted><verified>0</verified><occluded>yes</occluded><attributes>red</attributes>
    <polygon>
      <pt><x>50</x><y>20</y></pt><pt><x>80</x><y>20</y></pt><pt><x>80</x><y>40</y></pt>
    </polygon>
  </object>
  <imagesize><nrows>80</nrows><ncols>100</ncols></imagesize>
</annotation>
`,
    },
    read: {
      extensions: ["xml"],
      carries: ["boxes", "polygons", "masks", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./labelme_xml.ts")).labelmeXml,
    },
  },
];
