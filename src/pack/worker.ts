/** A packing worker in a thread of its own. */
import { workerScope } from "../io/worker_scope.ts";
import { BatchWork } from "./batch_work.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

const scope = workerScope<ToWorker, FromWorker>();
const work = new BatchWork((message) => scope.postMessage(message));
scope.onmessage = ({ data }) => work.hear(data);
