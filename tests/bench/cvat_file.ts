import { closeSync, openSync, writeSync } from "node:fs";

/** Labels of the task. */
const LABELS = 20;
/** Corners of each polygon; every other shape is a box. */
const CORNERS = 16;
/** Images written at once. */
const BLOCK = 256;

/**
 * Writes a CVAT XML for images, as the tool exports it.
 *
 * @param images Number of images, which are not there.
 * @param shapes Number of boxes and polygons.
 * @returns Bytes of the file.
 */
export function makeCvat(path: string, images: number, shapes: number): number {
  const file = openSync(path, "w");
  let size = 0;
  const write = (text: string) => size += writeSync(file, text);
  const labels = Array.from(
    { length: LABELS },
    (_, i) =>
      `<label><name>class ${i}</name><color>#${String(100000 + i)}</color><attributes></attributes></label>`,
  );
  write(
    '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta><task><labels>' +
      `${labels.join("")}</labels></task></meta>\n`,
  );
  let shape = 0;
  for (let from = 0; from < images; from += BLOCK) {
    let text = "";
    for (let i = from; i < Math.min(images, from + BLOCK); i++) {
      text += `  <image id="${i}" name="${String(i).padStart(8, "0")}.jpg" width="1920" height="1080">\n`;
      for (const end = Math.round((i + 1) * shapes / images); shape < end; shape++) text += shapeOf(shape);
      text += "  </image>\n";
    }
    write(text);
  }
  write("</annotations>\n");
  closeSync(file);
  return size;
}

function shapeOf(i: number): string {
  // Spread over the image, so that no two shapes of it are alike.
  const spread = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  const [x, y] = [spread % 16000 / 10, spread % 9001 / 10];
  const [width, height] = [20 + spread % 199, 20 + spread % 151];
  const attributes = `label="class ${i % LABELS}" source="manual" occluded="${i % 2}"`;
  if (i % 2 === 0) {
    return `    <box ${attributes} xtl="${x.toFixed(2)}" ytl="${y.toFixed(2)}" xbr="${
      (x + width).toFixed(2)
    }" ` +
      `ybr="${(y + height).toFixed(2)}" z_order="0">\n    </box>\n`;
  }
  const points = Array.from({ length: CORNERS }, (_, corner) => {
    const angle = 2 * Math.PI * corner / CORNERS;
    const px = x + width * (1 + Math.cos(angle)) / 2;
    const py = y + height * (1 + Math.sin(angle)) / 2;
    return `${px.toFixed(2)},${py.toFixed(2)}`;
  });
  return `    <polygon ${attributes} points="${points.join(";")}" z_order="0">\n    </polygon>\n`;
}
