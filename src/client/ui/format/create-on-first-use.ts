/** For formatters at the top of a module: the first one of a page takes 10 ms to create. */
export function createOnFirstUse<T extends object>(create: () => T): () => T {
  let created: T | undefined;
  return () => (created ??= create());
}
