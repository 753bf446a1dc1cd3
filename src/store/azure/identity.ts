/** Microsoft's chain of credentials: 45 packages, fetched and loaded by whoever imports this file. */
export { DefaultAzureCredential } from "@azure/identity";
