import { StoreError } from "../error.ts";

/** Keys of an account. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they cease to be good. */
  readonly expiration?: Date;
}

/** Gives credentials that are good now. */
export type CredentialSource = () => Promise<S3Credentials>;

/** Time before the end of credentials at which new ones are asked for, ms. */
const EARLY = 5 * 60_000;

/**
 * The standard chain of AWS: keys in the environment; else the profile, single sign-on, a process, a web identity, the
 * container or the machine.
 *
 * @param profile Profile of the shared configuration files; it goes before the environment.
 * @param env Environment.
 */
export function credentialChain(
  profile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): CredentialSource {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (profile === undefined && accessKeyId && secretAccessKey) {
    const sessionToken = env.AWS_SESSION_TOKEN || undefined;
    return () => Promise.resolve({ accessKeyId, secretAccessKey, sessionToken });
  }
  let kept: Promise<S3Credentials> | undefined;
  return async () => {
    const credentials = await (kept ??= load(profile));
    if (credentials.expiration === undefined || credentials.expiration.getTime() - Date.now() > EARLY) {
      return credentials;
    }
    return await (kept = load(profile));
  };
}

async function load(profile: string | undefined): Promise<S3Credentials> {
  // Takes 70 to 220 ms to load, so not where the environment has keys. Imports that the runtime can read are fetched before
  // the first line runs, also by commands that reach no store.
  const module = "./provider_chain.ts";
  const { fromNodeProviderChain } = await import(module) as typeof import("./provider_chain.ts");
  try {
    return await fromNodeProviderChain({ profile })();
  } catch (error) {
    if ((error as Error).name === "NotCapable") throw error;
    throw new StoreError(
      "credentials",
      profile === undefined
        ? "There are no credentials for S3."
        : `There are no credentials in the profile "${profile}".`,
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile. The search needs " +
        "--allow-env, --allow-read of ~/.aws and --allow-sys.",
    );
  }
}
