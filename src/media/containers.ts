import type { Container } from "./container.ts";
import { tar } from "./tar.ts";
import { zip } from "./zip.ts";

/** Every container a bundle can be written in, by the name `--media` takes. */
export const containers: Readonly<Record<"zip" | "tar", Container>> = { zip, tar };
