import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "sagemaker",
    title: "SageMaker Ground Truth: .manifest with an image on each line",
    about:
      "Augmented manifests of Amazon SageMaker Ground Truth, which Rekognition Custom Labels takes, too: boxes, classes of whole " +
      "images, and masks, of which each class is one object. A line may have the labels of several jobs. The names of " +
      "classes are gathered from all lines. Told by `source-ref`.",
    example: {
      "a.jpg": "",
      "output.manifest":
        '{"source-ref":"s3://bucket/a.jpg","job":{"image_size":[{"width":100,"height":80,"depth":3}],"annotations":[{"class_id":0,"left":10,"top":20,"width":30,"height":40},{"class_id":1,"left":50,"top":20,"width":30,"height":20}]},"job-metadata":{"class-map":{"0":"cat","1":"dog"},"objects":[{"confidence":1},{"confidence":0.8}],"type":"groundtruth/object-detection"}}\n',
    },
    read: {
      extensions: ["manifest", "jsonl", "ndjson"],
      carries: ["boxes", "masks", "tags", "attributes", "scores", "sizes", "background"],
      load: async () => (await import("./sagemaker.ts")).sagemaker,
    },
  },
];
