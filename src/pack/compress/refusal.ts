import type { Issue } from "../../model/issue.ts";

/** The reject of an image that cannot go into a compressed bundle; `reason` goes on from its name. */
export function notForVideo(fileName: string, reason: string): Issue {
  return {
    code: "image-not-for-media",
    severity: "reject",
    record: "image",
    path: fileName,
    message: `"${fileName}" ${reason}.`,
    suggestion: "Pack with --codec copy, which holds every image as it is.",
  };
}
