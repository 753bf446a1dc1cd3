/** Video labels land on the frames they were drawn on. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { VideoOptions } from "../../../src/pack/options.ts";
import { testWith } from "../../tools.ts";
import { H264, inFolder, numberOn, packed, paint } from "./painted.ts";

const TOOLS = ["encoder:libx264", "ffprobe"];
const FRAMES = 30;
/** Frames that are labelled; a box lies at (number, 5). */
const LABELLED = [0, 3, 4, 17, 29];

/** Frame n begins at (n + 2 ⌊n/3⌋)/25 s: a variable rate. */
const VARIABLE = "setpts='(N+floor(N/3)*2)/(25*TB)'";
const timeOf = (n: number) => (n + Math.floor(n / 3) * 2) / 25;

const cvat = (source: string) =>
  `<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta><task><id>7</id><size>${FRAMES}</size><mode>interpolation</mode>
    <labels><label><name>car</name><attributes></attributes></label></labels>
    <original_size><width>131</width><height>35</height></original_size><source>${source}</source></task></meta>
${
    LABELLED.map((n) =>
      `  <track id="${n}" label="car" source="manual">
    <box frame="${n}" keyframe="1" outside="0" occluded="0" xtl="${n}" ytl="5" xbr="${
        n + 10
      }" ybr="15" z_order="0"/>
    <box frame="${n + 1}" keyframe="1" outside="1" occluded="0" xtl="0" ytl="5" xbr="9" ybr="15" z_order="0"/>
  </track>`
    ).join("\n")
  }
</annotations>
`;

const mot = LABELLED.map((n) => `${n + 1},${n + 1},${n},5,10,10,1,3,1\n`).join("");

const via3 = (name: string) =>
  JSON.stringify({
    project: { pid: "__VIA_PROJECT_ID__", pname: "cars", data_format_version: "3.1.1", vid_list: ["1"] },
    config: {},
    attribute: { 1: { aname: "class", anchor_id: "FILE1_Z1_XY1", type: 4, options: { 0: "car" } } },
    file: { 1: { fid: "1", fname: name, type: 4, loc: 1, src: name } },
    metadata: Object.fromEntries(
      LABELLED.map((n) => [`1_${n}`, {
        vid: "1",
        flg: 0,
        // Three decimals, as VIA writes them: some lie before their frame.
        z: [Number(timeOf(n).toFixed(3))],
        xy: [2, n, 5, 10, 10],
        av: { 1: "0" },
      }]),
    ),
    view: { 1: { fid_list: ["1"] } },
  });

const darwin = (name: string) =>
  JSON.stringify({
    version: "2.0",
    item: {
      name,
      path: "/",
      slots: [{
        slot_name: "0",
        type: "video",
        width: 131,
        height: 35,
        frame_count: FRAMES,
        source_files: [],
      }],
    },
    annotations: LABELLED.map((n) => ({
      id: String(n),
      name: "car",
      slot_names: ["0"],
      frames: { [n]: { bounding_box: { x: n, y: 5, w: 10, h: 10 }, keyframe: true } },
      ranges: [[n, n + 1]],
    })),
  });

/** Label files beside the video, and where the video is, for each format. */
const CASES: readonly [format: string, video: string, labels: Record<string, string>][] = [
  ["cvat", "clip.mkv", { "annotations.xml": cvat("clip.mkv") }],
  ["mot", "clip.mkv", { "gt/gt.txt": mot, "gt/labels.txt": "person\nbike\ncar\n" }],
  ["mot", "seq/img1.mkv", {
    "seq/gt/gt.txt": mot,
    "seq/seqinfo.ini": "[Sequence]\nimDir=img1\nimExt=.jpg\n",
  }],
  ["mot", "seq.mkv", { "seq/gt/gt.txt": mot }],
  ["via3", "clip.mkv", { "project.json": via3("clip.mkv") }],
  ["via3", "videos/clip.mkv", { "project.json": via3("C:\\\\fakepath\\\\clip.mkv") }],
  ["darwin", "videos/clip.mkv", { "releases/latest/annotations/clip.json": darwin("clip.mkv") }],
];

for (const [format, video, labels] of CASES) {
  testWith(
    TOOLS,
    `${format} labels beside "${video}" land on the frames they were drawn on`,
    () =>
      inFolder(async (folder) => {
        const data = join(folder, "data");
        write(data, labels);
        mkdirSync(dirname(join(data, video)), { recursive: true });
        paint(join(data, video), FRAMES, H264, VARIABLE);
        const drawn = async (videos: VideoOptions, name: string) => {
          const set = await packed(data, join(folder, name), { videos });
          assert.deepEqual(set.report.formats.map((each) => each.format), [format]);
          assert.deepEqual(set.rejects, []);
          return await Promise.all(set.annotations.map(async ({ image_id, bbox }) => {
            const image = set.images[image_id - 1];
            const number = await numberOn(set.bytes(image));
            assert.deepEqual([image.source_video, image.source_frame], [video, number]);
            assert.deepEqual(bbox, [number, 5, 10, 10]);
            return number;
          }));
        };
        assert.deepEqual(await drawn({}, "all"), LABELLED);
        // Labels of frames that were not asked for are not missing an image.
        assert.deepEqual(await drawn({ every: 2 }, "every"), [0, 4]);
      }),
  );
}

testWith(
  TOOLS,
  "each of several videos gets its own labels, and a frame that no video has is a reject",
  () =>
    inFolder(async (folder) => {
      const data = join(folder, "data");
      write(data, { "a.xml": cvat("a.mkv"), "b.xml": cvat("b.mkv") });
      paint(join(data, "a.mkv"), 18, H264);
      paint(join(data, "b.mkv"), FRAMES, H264);
      const set = await packed(data, join(folder, "out"));
      const drawn = set.annotations.map(({ image_id }) => set.images[image_id - 1].file_name);
      assert.deepEqual(drawn, [
        ...[0, 3, 4, 17].map((n) => `a/frame_0000${String(n).padStart(2, "0")}.png`),
        ...LABELLED.map((n) => `b/frame_0000${String(n).padStart(2, "0")}.png`),
      ]);
      assert.deepEqual(set.rejects.map(({ code, path }) => [code, path]), [["label-without-image", "a.xml"]]);
    }),
);

testWith(TOOLS, "what VIA says of a span of time is said of its frames", () =>
  inFolder(async (folder) => {
    const data = join(folder, "data");
    const project = JSON.parse(via3("clip.mkv"));
    project.metadata = { "1_a": { vid: "1", flg: 0, z: [timeOf(3), timeOf(5)], xy: [], av: { 1: "0" } } };
    write(data, { "project.json": JSON.stringify(project) });
    paint(join(data, "clip.mkv"), 9, H264, VARIABLE);
    const set = await packed(data, join(folder, "out"));
    const said = set.images.filter(({ category_ids }) => category_ids !== undefined);
    assert.deepEqual(said.map(({ source_frame }) => source_frame), [3, 4, 5]);
    assert.deepEqual(said.map(({ category_ids }) => category_ids), [[1], [1], [1]]);
  }));

testWith(
  TOOLS,
  "labels in a folder or file of their own find the frames of a video that is named alone",
  () =>
    inFolder(async (folder) => {
      write(join(folder, "labels"), { "annotations.xml": cvat("clip.mkv") });
      const video = join(folder, "clip.mkv");
      paint(video, FRAMES, H264);
      const set = await packed(video, join(folder, "out"), { labels: join(folder, "labels") });
      assert.deepEqual(
        set.annotations.map(({ image_id }) => set.images[image_id - 1].source_frame),
        LABELLED,
      );
    }),
);

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
