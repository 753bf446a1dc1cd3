import type { PackOptions, PackReport } from "../../pack/options.ts";
import { pack as packHere } from "../../pack/pack.ts";
import { isRemote } from "../../store/location.ts";

/**
 * Packs a dataset into a set: media bundle, COCO annotations and frame manifest (docs/dataset_spec.md), in a folder or, without
 * a copy on this machine, in an object store (docs/upload.md, "Straight to the store").
 *
 * Nothing is published unless everything succeeded. Inputs that cannot be packed are left out and listed, with the reason, in
 * `rejects.jsonl`.
 *
 * @param options What to pack and where to; see {@link PackOptions}.
 * @throws {PackError} If the run fails as a whole: bad options, no images, a full disk, a store that cannot be reached, an
 * abort.
 */
export async function pack(options: PackOptions): Promise<PackReport> {
  if (!isRemote(options.output ?? "")) return await packHere(options);
  const { packToStore } = await import("./pack_to_store.ts");
  return await packToStore(options);
}
