import { StoreError } from "../error.ts";

/** What tokens are for: data in any storage account. */
const SCOPE = "https://storage.azure.com/.default";
/** Milliseconds before its end from which on a token is not used any more. */
const MARGIN = 5 * 60_000;

/**
 * Tokens of Microsoft Entra ID by the chain of Azure's own tools: an application's secret or certificate
 * (`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET`), a workload identity (`AZURE_FEDERATED_TOKEN_FILE`), the
 * machine's managed identity, and who is signed in with `az login`. Nothing is asked for before the first call.
 *
 * @param authority Server that gives tokens, other than that of Azure's public cloud, as `AZURE_AUTHORITY_HOST` says.
 * @returns Function that gives a token that holds for five minutes at least.
 */
export function entraTokens(authority: string | undefined): () => Promise<string> {
  let getToken: (() => Promise<{ token: string; expiresOnTimestamp: number }>) | undefined;
  let held: Promise<{ token: string; expiresOnTimestamp: number }> | undefined;
  const ask = async () => {
    if (getToken === undefined) {
      // Imports that the runtime can read are fetched before the first line runs, also by commands that reach no store.
      const module = "./identity.ts";
      const { DefaultAzureCredential } = await import(module) as typeof import("./identity.ts");
      // A server of one's own is not in the list of those that Microsoft vouches for.
      const chain = new DefaultAzureCredential({ disableInstanceDiscovery: authority !== undefined });
      getToken = () => chain.getToken(SCOPE);
    }
    try {
      return await getToken();
    } catch (error) {
      throw refused(error as Error);
    }
  };
  return async () => {
    // All requests that find no token wait for the same one.
    const current = await (held ??= ask()).catch((error) => {
      held = undefined;
      throw error;
    });
    if (current.expiresOnTimestamp - Date.now() >= MARGIN) return current.token;
    held = ask();
    return (await held).token;
  };
}

function refused(error: Error): unknown {
  // A denied permission is no matter of credentials: the flag to add is told elsewhere.
  if (error.name === "NotCapable") return error;
  // Of a whole page of what was tried and why, the code of Entra and its sentence.
  const [said] = /AADSTS\d+: [^\r\n]*/.exec(error.message) ?? [];
  if (said !== undefined) {
    return new StoreError(
      "credentials",
      `Microsoft Entra ID gives no token: ${said.slice(0, 300)}`,
      "Check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
    );
  }
  return new StoreError(
    "credentials",
    "There are no credentials for Azure.",
    "Set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING; or AZURE_TENANT_ID, " +
      "AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; or sign in with `az login`. The search needs --allow-env and --allow-sys, " +
      "and --allow-run for `az`.",
  );
}
