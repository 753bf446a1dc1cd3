/** Orders of the frames of a compacted set. */
export const ORDERS = ["name", "split"] as const;
