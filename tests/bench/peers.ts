import { installed, python, pythonHas } from "../tools.ts";

/** A program that puts the images, and nothing else, into one file. */
interface Peer {
  readonly name: string;
  readonly file: string;
  readonly found: boolean;
  /** Command for the folder `images` below the working folder. */
  command(out: string): string[];
}

const ZIPFILE = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_STORED) as out:
    for folder, _, names in os.walk("images"):
        for name in sorted(names):
            out.write(os.path.join(folder, name))
`;

/** The one all ratios refer to: it is what people reach for when they want a stored zip quickly. */
export const REFERENCE = "bsdtar, stored zip";

/** Installed peers. */
export function peers(): Peer[] {
  const all: Peer[] = [
    {
      name: REFERENCE,
      file: "bsdtar.zip",
      found: installed("bsdtar"),
      command: (
        out,
      ) => ["bsdtar", "-cf", out, "--format", "zip", "--options", "zip:compression=store", "images"],
    },
    {
      name: "GNU tar",
      file: "gnu.tar",
      found: installed("tar"),
      command: (out) => ["tar", "-cf", out, "images"],
    },
    {
      name: "7z, stored zip",
      file: "7z.zip",
      found: installed("7z"),
      command: (out) => ["7z", "a", "-tzip", "-mx=0", "-bd", "-bso0", out, "images"],
    },
    {
      name: "zip -0",
      file: "infozip.zip",
      found: installed("zip"),
      command: (out) => ["zip", "-0", "-q", "-r", out, "images"],
    },
    {
      name: "Python zipfile",
      file: "python.zip",
      found: pythonHas("zipfile"),
      command: (out) => [python, "-c", ZIPFILE, out],
    },
  ];
  return all.filter((peer) => peer.found);
}
