import { createTypeId } from "#core/document/type-id.ts";

/**
 * Returns an id that sorts by creation time. Does not use `crypto.randomUUID`, which browsers provide only in secure
 * contexts.
 */
export function createSortableId(prefix: string): string {
  return createTypeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
