/** AWS's chain of credentials: 27 packages, fetched and loaded by whoever imports this file. */
export { fromNodeProviderChain } from "@aws-sdk/credential-providers";
