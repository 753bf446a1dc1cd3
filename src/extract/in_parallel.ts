/**
 * Works on items, several at a time, begun in their order. After a failure no further one is begun, and those that run are
 * waited for.
 *
 * @param lanes How many at a time.
 * @throws What `work` threw first.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;
  const lane = async () => {
    while (!failure) {
      try {
        const { value, done } = iterator.next();
        if (done) return;
        await work(value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failure) throw (failure as { error: unknown }).error;
}
