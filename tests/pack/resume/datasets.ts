import { jpeg, yoloFiles } from "../small_dataset.ts";

type Files = Record<string, Uint8Array | string>;

const name = (i: number) => `img-${String(i).padStart(5, "0")}`;

/** Pascal VOC, whose classes are met one by one: the last ones near the end. Some files cannot be packed. */
function voc(count: number): Files {
  const files: Files = {};
  for (let i = 0; i < count; i++) {
    const [width, height] = [64 + i % 50, 48 + i % 30];
    files[`JPEGImages/${name(i)}.jpg`] = i % 37 === 5 ? "no image" : jpeg(width, height, (i * 97) % 3000);
    const object = (title: string) =>
      `<object><name>${title}</name><bndbox><xmin>3</xmin><ymin>4</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>`;
    const classes = [`class-${i % 3}`, ...i % 20 === 0 ? [`a-rare-${count - i}`] : []];
    files[`Annotations/${name(i)}.xml`] = i % 29 === 7
      ? "<annotation><object>"
      : `<annotation><filename>${
        name(i)
      }.jpg</filename><size><width>${width}</width><height>${height}</height>` +
        `<depth>3</depth></size>${classes.map(object).join("")}</annotation>`;
  }
  return files;
}

/** One COCO file, with an image that is not there. */
function coco(count: number): Files {
  const files: Files = {};
  const images = [];
  const annotations = [];
  for (let i = 0; i < count; i++) {
    const [width, height] = [64 + i % 50, 48 + i % 30];
    files[`images/${name(i)}.jpg`] = jpeg(width, height, (i * 97) % 3000);
    images.push({ id: i + 7, file_name: `${name(i)}.jpg`, width, height });
    for (let k = 0; k < i % 4; k++) {
      annotations.push({
        id: i * 4 + k,
        image_id: i + 7,
        category_id: k + 3,
        bbox: [k, 2, 20, 21],
        iscrowd: 0,
      });
    }
  }
  images.push({ id: 3, file_name: "gone.jpg", width: 5, height: 5 });
  annotations.push({ id: 999_999, image_id: 3, category_id: 3, bbox: [0, 0, 2, 2], iscrowd: 0 });
  const categories = ["owl", "elk", "bee"].map((name, i) => ({ id: i + 3, name }));
  files["annotations.json"] = JSON.stringify({ images, annotations, categories });
  return files;
}

/** A folder for each class: images have classes of their own, which are not in the order of their names. */
function classFolders(count: number): Files {
  const files: Files = {};
  for (let i = 0; i < count; i++) {
    files[`train/${["b", "a", "c"][i % 3]}/${name(i)}.jpg`] = jpeg(64 + i % 50, 48, (i * 97) % 3000);
  }
  return files;
}

/** Labels alone: grey frames are made. */
function labelsAlone(count: number): Files {
  return Object.fromEntries(Object.entries(voc(count)).filter(([path]) => path.endsWith(".xml")));
}

/** Files of datasets by format, of so many images. */
export const datasets = { yolo: yoloFiles, voc, coco, classFolders, labelsAlone };
