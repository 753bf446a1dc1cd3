import process from "node:process";
import type { ReadAccess } from "./access.ts";
import type { AzureStore } from "./azure/azure.ts";
import { StoreError } from "./error.ts";
import { HttpClient } from "./http.ts";
import type { HubStore } from "./hub/hub.ts";
import { type Location, parseLocation, withoutQuery } from "./location.ts";
import type { Pace } from "./pace.ts";
import { PATIENT, Retrier } from "./retry.ts";
import type { S3Store } from "./s3/s3.ts";
import type { S3Settings } from "./s3/settings.ts";
import type { Traffic, UploadStore } from "./store.ts";

/** How a store is reached. */
export interface StoreOptions extends ReadAccess {
  /** How new objects are kept. */
  readonly settings?: S3Settings;
  readonly pace?: Pace;
  /** Is counted up. */
  readonly traffic?: Traffic;
  /** Connections kept open. @default {16} */
  readonly connections?: number;
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
 * @throws {PackError} If it is no such place, or there are no credentials for it.
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
    case "hf":
      return await openHub(location, options);
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

/** Opens a dataset repository of the Hugging Face Hub. Nothing is sent yet. */
export async function openHub(
  { repository, revision, prefix }: Extract<Location, { kind: "hf" }>,
  options: StoreOptions = {},
): Promise<HubStore> {
  const [{ HubStore }, { hubUrl }, { hubToken }] = await Promise.all([
    import("./hub/hub.ts"),
    import("./hub/address.ts"),
    import("./hub/token.ts"),
  ]);
  const env = options.env ?? process.env;
  const token = hubToken(env);
  if (token === undefined) {
    throw new StoreError(
      "credentials",
      "There is no token for the Hugging Face Hub.",
      "Set HF_TOKEN, or sign in with `hf auth login`; the file that writes needs --allow-read of ~/.cache/huggingface.",
    );
  }
  return new HubStore({
    address: { repository, revision, prefix },
    hub: hubUrl(options.endpoint, env),
    token,
    ...connection(options),
  });
}
