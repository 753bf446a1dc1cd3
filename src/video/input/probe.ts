import { PackError } from "../../model/issue.ts";
import { startFfmpeg } from "../ffmpeg.ts";
import { Moments, pictureStream, type ProbedStream, type VideoFacts } from "./facts.ts";
import { WITHOUT } from "./without.ts";

/** Options of {@link probeVideo}. */
export interface ProbeOptions {
  /** Decode every frame to count them, if the list of packets does not tell them for sure. */
  readonly exact: boolean;
  /** Name or path of ffprobe. @default {"ffprobe"} */
  readonly program?: string;
  readonly signal?: AbortSignal;
}

/** A video that cannot be opened, with ffprobe's reason. */
export class UnreadableVideo extends Error {}

/**
 * Asks ffprobe about a video: which stream its pictures are in, and when each frame begins. Without a look at the pictures that
 * takes as long as reading the file.
 *
 * @param input What ffmpeg opens: `file:` and a path.
 * @throws {UnreadableVideo} If there is no picture in it.
 * @throws {PackError} If there is no ffprobe.
 */
export async function probeVideo(input: string, options: ProbeOptions): Promise<VideoFacts> {
  const json: string[] = [];
  const entries = "stream=index,codec_name,width,height,nb_frames,time_base,field_order" +
    ":stream_disposition=attached_pic:stream_side_data=rotation";
  await probe(["-select_streams", "v", "-show_entries", entries, "-of", "json", input], options, (line) => {
    json.push(line);
  });
  const found = JSON.parse(json.join("\n")) as { streams?: ProbedStream[] };
  const pictures = pictureStream(found.streams ?? []);
  if (!pictures) throw new UnreadableVideo("there are no pictures in it");
  const { declared, unit, ...facts } = pictures;
  const list = async (entries: string) => {
    const moments = new Moments();
    const select = ["-select_streams", String(pictures.stream), "-show_entries", entries];
    await probe([...select, "-of", "csv=p=0", input], options, (line) => moments.add(line));
    return moments;
  };
  const packets = await list("packet=pts,flags");
  // The header of a file that was cut off tells how many there were.
  const lost = Math.max(0, declared - packets.listed);
  const counted = packets.finish(unit, lost);
  if (packets.isSure && !options.exact) return { ...facts, ...counted };
  // A packet may be half a frame, or one that cannot be decoded.
  const frames = await list("frame=best_effort_timestamp");
  return { ...facts, ...frames.finish(unit, lost), hasHidden: counted.hasHidden };
}

/** Runs ffprobe and hands on its lines. */
async function probe(
  args: readonly string[],
  { program = "ffprobe", signal }: ProbeOptions,
  take: (line: string) => void,
): Promise<void> {
  const task = "looking at a video";
  const child = startFfmpeg(args, { program, quiet: [], task, output: true, signal, remedy: WITHOUT });
  try {
    const decoder = new TextDecoder();
    const bytes = new Uint8Array(1 << 16);
    let rest = "";
    for (let read = bytes.length; read === bytes.length;) {
      read = await child.read(bytes);
      const lines = (rest + decoder.decode(bytes.subarray(0, read), { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) take(line.trimEnd());
    }
    const { code, signal: ended, words } = await child.result();
    if (signal?.aborted) throw new PackError("Interrupted.", undefined, 130);
    if (code !== 0 || ended !== null) throw new UnreadableVideo(words.at(-1) ?? `ffprobe ended with ${code}`);
  } finally {
    await child.close();
  }
}
