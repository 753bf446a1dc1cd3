import { entraTokens } from "./entra.ts";

/** What opens an account: its key, a shared access signature, or tokens of Microsoft Entra ID. */
export type AzureCredentials =
  | { readonly key: string }
  | { readonly sas: string }
  | { readonly token: () => Promise<string> };

/** Credentials of an account, and the server a connection string names. */
export interface AzureAccess {
  readonly credentials: AzureCredentials;
  readonly endpoint: string | undefined;
}

/**
 * Credentials as the `az` command takes them from the environment: `AZURE_STORAGE_KEY`, `AZURE_STORAGE_SAS_TOKEN`, or
 * `AZURE_STORAGE_CONNECTION_STRING`; else tokens of Microsoft Entra ID, whose chain is gone through at the first request.
 */
export function azureAccess(env: Readonly<Record<string, string | undefined>>): AzureAccess {
  const connection = new Map(
    (env.AZURE_STORAGE_CONNECTION_STRING ?? "").split(";").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  const endpoint = connection.get("BlobEndpoint");
  const key = env.AZURE_STORAGE_KEY || connection.get("AccountKey");
  const sas = env.AZURE_STORAGE_SAS_TOKEN || connection.get("SharedAccessSignature");
  if (key) return { credentials: { key }, endpoint };
  if (sas) return { credentials: { sas: sas.replace(/^\?/, "") }, endpoint };
  return { credentials: { token: entraTokens(env.AZURE_AUTHORITY_HOST || undefined) }, endpoint };
}
