import { VideoFrames } from "../video_frames.ts";
import type { RemoteDataset, RemoteSet } from "./dataset.ts";
import { Spool } from "./spool.ts";

/**
 * A compressed set whose frames can be had as pictures: the first that is asked for copies the video into a temporary folder,
 * which goes when the dataset is closed.
 */
export function withPictures(set: RemoteSet, ffmpeg?: string): RemoteDataset {
  const { dataset, manifest } = set;
  const spool = new Spool();
  const video = new VideoFrames(manifest, (name) => spool.path(name), ffmpeg);
  let copied: Promise<void> | undefined;
  const close = () => {
    video.close();
    dataset.close();
    spool[Symbol.dispose]();
  };
  return {
    ...dataset,
    async frame(index) {
      const image = await dataset.image(index);
      await (copied ??= spool.videos(set, true));
      return { ...image, bytes: await video.png(index), codec: "png" };
    },
    close,
    [Symbol.dispose]: close,
    async [Symbol.asyncDispose]() {
      video.close();
      dataset.close();
      await video[Symbol.asyncDispose]();
      spool[Symbol.dispose]();
    },
  };
}
