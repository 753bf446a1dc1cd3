/**
 * Packs image datasets into two files and a manifest, and reads them back.
 *
 * ```ts
 * import { openDataset, pack, verify } from "@compact-uploader/compact-uploader";
 *
 * await pack({ dataset: "my_dataset", output: "packed" });
 *
 * const report = await verify("packed");
 * if (!report.ok) throw new Error(report.problems[0].message);
 *
 * await using dataset = await openDataset("packed");
 * for await (const image of dataset) {
 *   const file = dataset.bytes(image.index); // the original JPEG, PNG, …
 *   console.log(image.file_name, file.length, image.annotations.map((annotation) => annotation.bbox));
 * }
 * ```
 *
 * @module
 */
export { pack } from "./src/upload/straight/pack.ts";
export type { PackOptions, PackReport, Progress, VideoOptions, VideoReport } from "./src/pack/options.ts";
export type { CompressionOptions } from "./src/video/settings.ts";
export type { ProofSummary, Spread, VideoFileSummary, VideoSummary } from "./src/manifest/record.ts";
export type { Media } from "./src/media/container.ts";
export type { Layout } from "./src/media/layout.ts";

export { update } from "./src/update/update.ts";
export type { UpdateOptions, UpdateProgress, UpdateReport } from "./src/update/options.ts";

export { compact } from "./src/compose/compact.ts";
export { merge } from "./src/compose/merge.ts";
export { split, subset } from "./src/compose/subset.ts";
export type {
  CompactOptions,
  CompactReport,
  ComposeOptions,
  ComposeProgress,
  ComposeReport,
  MergeOptions,
  MergeReport,
  NewSetOptions,
  SplitOptions,
  SplitReport,
  SubsetOptions,
} from "./src/compose/options.ts";

export { type Dataset, openDataset, type OpenOptions, type RemoteLocation } from "./src/dataset/open.ts";
export { openRemoteDataset, type RemoteOptions } from "./src/dataset/remote/open.ts";
export type { ReadingOptions, RemoteDataset } from "./src/dataset/remote/dataset.ts";
export type {
  CocoAnnotation,
  CocoCategory,
  CocoImage,
  DatasetFrame,
  DatasetImage,
} from "./src/model/dataset.ts";

export { verify } from "./src/verify/verify.ts";
export type { VerifyOptions, VerifyProgress } from "./src/verify/options.ts";
export type { Problem, ProblemCode, VerifyReport } from "./src/verify/report.ts";

export { extract } from "./src/extract/extract.ts";
export type { ExtractOptions, ExtractProgress, ExtractReport } from "./src/extract/options.ts";
export type { Selection } from "./src/dataset/selection.ts";
export type { StillFormat } from "./src/image/still_format.ts";

export { upload } from "./src/upload/upload.ts";
export { type RemoteChange, rollbackRemote, updateRemote } from "./src/upload/change_remote.ts";
export { predictUpload } from "./src/upload/predict.ts";
export { type CleanReport, cleanUpload } from "./src/upload/clean.ts";
export type {
  FileAction,
  UploadedFile,
  UploadForecast,
  UploadOptions,
  UploadProgress,
  UploadReport,
} from "./src/upload/options.ts";
export type { ReadAccess, StoreAccess } from "./src/store/access.ts";
export type { S3Settings } from "./src/store/s3/settings.ts";
export type { OnRetry, RetryPolicy } from "./src/store/retry.ts";
export type { OpenUpload } from "./src/store/store.ts";
export { StoreError, type StoreErrorKind } from "./src/store/error.ts";

export { appendGeneration } from "./src/generations/append.ts";
export type {
  AppendOptions,
  AppendProgress,
  AppendReport,
  GenerationChange,
  MovedImage,
  RelabelledImage,
} from "./src/generations/change.ts";
export { type GenerationSummary, history, type SetHistory } from "./src/generations/set_history.ts";
export { remoteHistory } from "./src/dataset/remote/history.ts";
export { rollback } from "./src/generations/rollback.ts";

export { convert } from "./src/convert/convert.ts";
export type { ConvertOptions, ConvertProgress, ConvertReport } from "./src/convert/options.ts";
export { type Loss, LossError } from "./src/convert/loss.ts";
export { ALL_CAPABILITIES, type Capability } from "./src/formats/capabilities.ts";

export type { Rle, Segmentation } from "./src/model/annotation.ts";
export type { FrameRecord, ImageHeader } from "./src/model/frame.ts";
export { type Issue, PackError, type RecordKind, type Severity } from "./src/model/issue.ts";
