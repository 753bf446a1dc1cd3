import assert from "node:assert/strict";
import { decodeCounts } from "../../src/geometry/rle.ts";
import { encodePng } from "../../src/image/png_pixels.ts";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const point = (x: number | string, y: number) => `<pt><x>${x}</x><y>${y}</y></pt>`;
const polygon = (...points: readonly string[]) =>
  `<polygon><username>u</username>${points.join("")}</polygon>`;
const object = (name: string, shape: string, more = "<deleted>0</deleted>") =>
  `<object><name>${name}</name>${more}${shape}</object>`;
const annotation = (...objects: readonly string[]) =>
  `<annotation><filename>a.jpg</filename><folder>users/u/set</folder><source><submittedBy>x</submittedBy></source>` +
  `<imagesize><nrows>80</nrows><ncols>100</ncols></imagesize>\n${objects.join("\n")}</annotation>`;
const IMAGE = "Images/users/u/set/a.jpg";
const LABEL = "Annotations/users/u/set/a.xml";
const SQUARE = polygon(point(10, 20), point(40, 20), point(40, 60), point(10, 60));

Deno.test("labelme-xml: polygons with their attributes; deleted ones are left out and told", async () => {
  const read = await readFiles({
    [IMAGE]: null,
    [LABEL]: annotation(
      object(
        "car",
        SQUARE,
        "<deleted>0</deleted><verified>0</verified><occluded>yes</occluded>" +
          "<attributes>color=red, old</attributes>",
      ),
      object("dog", SQUARE, "<deleted>1</deleted>"),
      object("box", SQUARE, "<deleted>0</deleted><type>bounding_box</type>"),
    ),
  });
  assert.equal(read.format, "labelme-xml");
  const { annotations, declaredWidth, declaredHeight } = read.labels[IMAGE]!;
  const [car, box] = annotations;
  assert.deepEqual(car, {
    category: 0,
    x: 10,
    y: 20,
    width: 30,
    height: 40,
    segmentation: [[10, 20, 40, 20, 40, 60, 10, 60]],
    attributes: { occluded: true, color: "red", old: true },
    line: 2,
  });
  assert.deepEqual([box.x, box.width, box.segmentation, box.line], [10, 30, undefined, 4]);
  assert.deepEqual([declaredWidth, declaredHeight], [100, 80]);
  assert.deepEqual(read.names, ["car", "box"]);
  assert.deepEqual(read.issues.map(({ code, severity }) => [code, severity]), [["object-deleted", "note"]]);
});

const SEGM =
  "<segm><mask>a_mask_0.png</mask><box><xmin>1</xmin><ymin>2</ymin><xmax>5</xmax><ymax>4</ymax></box></segm>";

Deno.test("labelme-xml: a mask is read from Masks/, which holds no frames; without it the box stands alone", async () => {
  const png = { width: 100, height: 80, channels: 1, depth: 8, data: new Uint8Array(8000) } as const;
  png.data.fill(1, 201, 205);
  const files = { [IMAGE]: null, [LABEL]: annotation(object("car", SEGM)) };
  const read = await readFiles({ ...files, "Masks/users/u/set/a_mask_0.png": encodePng(png) });
  assert.deepEqual(Object.keys(read.labels), [IMAGE]);
  const [car] = read.labels[IMAGE]!.annotations;
  const { counts } = car.segmentation as { counts: string };
  assert.deepEqual(decodeCounts(counts), [82, 1, 79, 1, 79, 1, 79, 1, 7677]);
  assert.deepEqual([car.x, car.y, car.width, car.height, car.area], [1, 2, 4, 1, 4]);
  const alone = await readFiles(files);
  const [box] = alone.labels[IMAGE]!.annotations;
  assert.deepEqual([box.x, box.y, box.width, box.height, box.segmentation], [1, 2, 4, 2, undefined]);
  assert.deepEqual(alone.issues.map(({ code, severity }) => [code, severity]), [[
    "mask-unreadable",
    "warning",
  ]]);
});

const BAD_OBJECTS = [
  [object("", SQUARE), "object-without-name"],
  [object("car", ""), "object-without-box"],
  [object("car", polygon(point(1, 2), point(3, 4))), "coordinate-invalid"],
  [object("car", polygon(point("1,5", 2), point(3, 4), point(5, 6))), "coordinate-invalid"],
] as const;
for (const [bad, code] of BAD_OBJECTS) {
  Deno.test(`labelme-xml: ${bad} is rejected, the next object is read`, async () => {
    const read = await readFiles({ [IMAGE]: null, [LABEL]: annotation(bad, object("dog", SQUARE)) });
    assert.deepEqual(read.labels[IMAGE]!.annotations.map(({ line }) => line), [3]);
    assert.deepEqual(rejects(read), [code]);
  });
}

Deno.test("labelme-xml: damaged files are survived", () =>
  survives(
    { [IMAGE]: null, [LABEL]: annotation(object("car", SQUARE), object("dog", SEGM)) },
    LABEL,
    "labelme-xml",
  ));
