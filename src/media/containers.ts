import type { Container, Media } from "./container.ts";
import { mp4 } from "./mp4.ts";
import { tar } from "./tar.ts";
import { zip } from "./zip.ts";

/** Every container a bundle can be written in, by the name `--media` takes. */
export const containers: Readonly<Record<Media, Container>> = { zip, tar, mp4 };
