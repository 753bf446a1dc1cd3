/** How the frames of one video are called: `frame_000012.png`, as CVAT does, counted from 0. */
export class FrameNames {
  readonly #digits: number;

  /**
   * @param folder Folder of the frames.
   * @param frames Frames of the video; from a million on, names are longer, so that their order stays that of the frames.
   * @param extension Without the dot.
   */
  constructor(readonly folder: string, frames: number, readonly extension: string) {
    this.#digits = Math.max(6, String(Math.max(0, frames - 1)).length);
  }

  /** Path below the root. */
  path(number: number): string {
    return `${this.folder}/${this.name(number)}`;
  }

  name(number: number): string {
    return `frame_${String(number).padStart(this.#digits, "0")}.${this.extension}`;
  }
}
