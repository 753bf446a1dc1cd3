import { closeSync, openSync, writeSync } from "node:fs";

/** Categories of the file. */
const CATEGORIES = 80;
/** Corners of each outline; with them a record has some 400 bytes, as in COCO's own files. */
const CORNERS = 24;
/** Records written at once. */
const BLOCK = 4096;

/**
 * Writes a COCO file like those of the challenge: an outline for each object, and objects of one image scattered over the file.
 *
 * @param images Number of images, which are not there.
 * @param annotations Number of objects.
 * @returns Bytes of the file.
 */
export function makeCoco(path: string, images: number, annotations: number): number {
  const file = openSync(path, "w");
  let size = 0;
  const write = (text: string) => size += writeSync(file, text);
  const records = (name: string, count: number, record: (i: number) => string) => {
    write(`"${name}":[`);
    for (let from = 0; from < count; from += BLOCK) {
      const block = Array.from({ length: Math.min(BLOCK, count - from) }, (_, k) => record(from + k));
      write((from > 0 ? "," : "") + block.join(","));
    }
    write("]");
  };
  write('{"info":{"description":"benchmark"},"licenses":[],');
  records(
    "images",
    images,
    (i) =>
      `{"license": 1,"file_name": "${String(i).padStart(12, "0")}.jpg","height": 480,"width": 640,"id": ${
        i + 1
      }}`,
  );
  write(",");
  records("annotations", annotations, (i) => annotation(i, images));
  write(",");
  records(
    "categories",
    CATEGORIES,
    (i) => `{"supercategory": "thing","id": ${i + 1},"name": "class ${i + 1}"}`,
  );
  write("}");
  closeSync(file);
  return size;
}

function annotation(i: number, images: number): string {
  // A stride that has no factor in common with most numbers of images scatters the objects.
  const image = (i * 7919) % images;
  // Spread over the image, so that no two objects of it are alike.
  const spread = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  const [x, y, width, height] = [
    spread % 4000 / 10,
    spread % 3001 / 10,
    20 + spread % 199,
    20 + spread % 151,
  ];
  const points: string[] = [];
  for (let corner = 0; corner < CORNERS; corner++) {
    const angle = 2 * Math.PI * corner / CORNERS;
    points.push(
      (x + width * (1 + Math.cos(angle)) / 2).toFixed(2),
      (y + height * (1 + Math.sin(angle)) / 2).toFixed(2),
    );
  }
  return `{"segmentation": [[${points.join(", ")}]],"area": ${
    (width * height * 0.78).toFixed(4)
  },"iscrowd": 0,` +
    `"image_id": ${image + 1},"bbox": [${x}, ${y}, ${width}, ${height}],"category_id": ${
      1 + i % CATEGORIES
    },"id": ${i + 1}}`;
}
