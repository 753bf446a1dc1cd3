/** Milliseconds between two times that some file systems cannot tell apart. */
export const CLOCK_STEP = 2000;
