/** Thread that copies pieces of files into another. */
import { toFailure } from "../failure.ts";
import { workerScope } from "../worker_scope.ts";
import type { FromCopier, ToCopier } from "./copy_batch.ts";
import { PieceWriter } from "./piece_writer.ts";

const scope = workerScope<ToCopier, FromCopier>();
let writer: PieceWriter | undefined;
let sha256: string | undefined;

scope.onmessage = ({ data }) => {
  try {
    if (data.kind === "job") writer = new PieceWriter(data.job);
    else if (data.kind === "batch") writer?.write(data.batch);
    else sha256 = writer?.close();
  } catch (error) {
    scope.postMessage({ kind: "failed", failure: toFailure(error) });
  }
  if (data.kind === "batch") scope.postMessage({ kind: "copied" });
  if (data.kind === "close") scope.postMessage({ kind: "closed", sha256 });
};
