import type { ObjectInfo } from "../store/store.ts";
import { type Plan, same } from "./decide.ts";
import type { LocalFile } from "./local_set.ts";
import type { UploadedFile } from "./options.ts";
import { overtaken, sendFile, type Sending } from "./send.ts";

/**
 * Sends the files of a set as a plan says, the manifest last, and looks before it and at the end whether all of them are
 * there.
 *
 * @param sent Gets the version of each file that is there.
 * @throws {StoreError} Kind `condition` if someone else has written one of them meanwhile.
 */
export async function sendSet(
  sending: Sending,
  { files, replacesOther }: Plan,
  sent: Map<string, string | undefined> = new Map(),
): Promise<UploadedFile[]> {
  const { store, signal, onBytes, remedy } = sending;
  const manifest = files.at(-1)!;
  const report: UploadedFile[] = [];
  let outdated = replacesOther;
  for (const decision of files) {
    const { file, action, before } = decision;
    if (action === "there") {
      onBytes(file.size);
      sent.set(file.name, before?.etag);
      report.push({ name: file.name, size: file.size, action, kept: file.size });
      continue;
    }
    if (decision === manifest) await unchanged();
    const beforeComplete = async () => {
      // Until the new manifest is there, the old one would tell of images that its bundle no longer has.
      if (outdated && decision !== manifest) await store.remove(manifest.file.name, signal);
      outdated = false;
    };
    const removed = replacesOther && decision === manifest && !outdated;
    const { info, kept, appended } = await sendFile(
      { ...sending, beforeComplete },
      removed ? { ...decision, before: undefined } : decision,
    );
    sent.set(file.name, info.etag);
    report.push({ name: file.name, size: file.size, action: appended ? "appended" : "sent", kept });
  }
  await store.publish?.(signal);
  await unchanged();
  return report;

  /** Sees for itself that what was sent is there, and that nobody else has written it meanwhile. */
  async function unchanged(): Promise<void> {
    for (const { file } of files) {
      if (!sent.has(file.name)) continue;
      const now = await store.head(file.name, signal);
      if (now?.etag !== sent.get(file.name) || !isStill(now, file)) throw overtaken(store, file.name, remedy);
    }
  }
}

/** True if an object of the right version is the file; where the store says no checksum, the version must do. */
function isStill(now: ObjectInfo | undefined, file: LocalFile): boolean {
  if (now?.crc32 === undefined && now?.etag !== undefined) return now.size === file.size;
  return same(now, file);
}
