import process from "node:process";
import type { StoreAccess } from "../store/access.ts";
import { withoutQuery } from "../store/location.ts";
import { openUploadStore } from "../store/open.ts";
import { Pace } from "../store/pace.ts";
import type { Traffic, UploadStore } from "../store/store.ts";

/** Opens the destination of an upload. */
export function openStore(
  destination: string,
  access: StoreAccess,
  traffic: Traffic,
  onRetry: () => void = () => {},
): Promise<UploadStore> {
  return openUploadStore(destination, {
    ...access,
    traffic,
    pace: access.bandwidth === undefined ? undefined : new Pace(access.bandwidth),
    onRetry(...retry) {
      onRetry();
      access.onRetry?.(...retry);
    },
  });
}

/** Server, if it is not the provider's own; a part of the destination. Without what may be secret in a URL. */
export function endpointOf({ endpoint, env = process.env }: StoreAccess): string | undefined {
  const server = endpoint ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return server === undefined ? undefined : withoutQuery(server);
}
