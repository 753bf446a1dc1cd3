/**
 * Memory that threads can share. A browser has it only for pages that are isolated from others; elsewhere nobody is there to
 * share it with, and plain memory does the same.
 */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  return typeof SharedArrayBuffer === "undefined"
    ? new ArrayBuffer(bytes) as unknown as SharedArrayBuffer
    : new SharedArrayBuffer(bytes);
}
