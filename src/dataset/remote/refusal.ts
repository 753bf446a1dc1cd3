import { PackError } from "../../model/issue.ts";

/** The error that something needs the set on this machine. */
export function notRemote(what: string): PackError {
  return new PackError(
    `${what} cannot be read from a store.`,
    "Copy the set into a folder first, as `aws s3 cp --recursive`, `rclone copy` or curl do, and name the folder.",
    2,
  );
}
