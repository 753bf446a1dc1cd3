import process from "node:process";
import { PackError } from "../model/issue.ts";
import type { AzureStore } from "./azure/azure.ts";
import { HttpClient } from "./http.ts";
import { type Location, parseLocation, withoutQuery } from "./location.ts";
import type { Pace } from "./pace.ts";
import { type OnRetry, PATIENT, Retrier, type RetryPolicy } from "./retry.ts";
import type { S3Settings, S3Store } from "./s3/s3.ts";
import type { Traffic, UploadStore } from "./store.ts";

/** How a store is reached. */
export interface StoreOptions {
  /** Server other than the provider's own. @default {AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL} */
  readonly endpoint?: string;
  /** @default {AWS_REGION, AWS_DEFAULT_REGION, "us-east-1"} */
  readonly region?: string;
  /** Profile of the shared configuration of AWS. @default {AWS_PROFILE, after the keys in the environment} */
  readonly profile?: string;
  /** How new objects are kept. */
  readonly settings?: S3Settings;
  readonly retry?: RetryPolicy;
  readonly onRetry?: OnRetry;
  readonly pace?: Pace;
  /** Is counted up. */
  readonly traffic?: Traffic;
  /** Connections kept open. @default {16} */
  readonly connections?: number;
  /** Environment the defaults come from. @default {process.env} */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What every store over HTTP is made of. */
export function connection(options: StoreOptions): { client: HttpClient; retrier: Retrier } {
  const { retry = PATIENT, onRetry, pace, traffic, connections } = options;
  return {
    client: new HttpClient({ idle: retry.idle, pace, traffic, connections }),
    retrier: new Retrier(retry, onRetry),
  };
}

/**
 * Opens a place a set can be uploaded to. Nothing is sent yet.
 *
 * @throws {PackError} With exit code 2 if nothing can be uploaded to such a place.
 */
export async function openUploadStore(destination: string, options: StoreOptions): Promise<UploadStore> {
  const location = parseLocation(destination);
  switch (location.kind) {
    case "s3":
      return await openS3(location, options);
    case "az":
      return await openAzure(location, options);
    case "https": {
      const { LinkStore, linkTemplate } = await import("./links/links.ts");
      const { client, retrier } = connection(options);
      return new LinkStore(withoutQuery(location.url), linkTemplate(location.url), client, retrier);
    }
    case "folder": {
      if (/\.json$/i.test(location.path)) {
        const { LinkStore, linksOf } = await import("./links/links.ts");
        const { client, retrier } = connection(options);
        return new LinkStore(location.path, linksOf(location.path), client, retrier);
      }
      const { FolderStore } = await import("./folder/folder.ts");
      return new FolderStore(location.path, options);
    }
    default:
      throw new PackError(
        `Nothing can be uploaded to "${location.kind}:".`,
        "Name an s3:, az: or https: place, or a folder.",
        2,
      );
  }
}

/** Opens a bucket of S3 or of a server that speaks its language. Nothing is sent yet. */
export async function openS3(
  { bucket, prefix }: Extract<Location, { kind: "s3" }>,
  options: StoreOptions = {},
): Promise<S3Store> {
  const [{ S3Store }, { credentialChain }, { profileSetting }] = await Promise.all([
    import("./s3/s3.ts"),
    import("./s3/credentials.ts"),
    import("./s3/profile.ts"),
  ]);
  const env = options.env ?? process.env;
  const { profile, settings } = options;
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ??
    profileSetting("region", profile, env) ?? "us-east-1";
  const endpoint = options.endpoint ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return new S3Store({
    address: { bucket, prefix, region, endpoint },
    credentials: credentialChain(profile, env),
    ...connection(options),
    settings,
  });
}

/** Opens a container of Azure's blob service. Nothing is sent yet. */
export async function openAzure(
  { account, container, prefix }: Extract<Location, { kind: "az" }>,
  options: StoreOptions = {},
): Promise<AzureStore> {
  const [{ AzureStore }, { azureAccess }] = await Promise.all([
    import("./azure/azure.ts"),
    import("./azure/credentials.ts"),
  ]);
  const { credentials, endpoint } = azureAccess(options.env ?? process.env);
  return new AzureStore({
    account,
    container,
    prefix,
    endpoint: options.endpoint ?? endpoint,
    credentials,
    ...connection(options),
  });
}
