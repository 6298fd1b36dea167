import { createTypeId } from "#core/document/type-id.ts";

/** Sorts by creation time. Browsers provide `crypto.randomUUID` only in secure contexts. */
export function createSortableId(prefix: string): string {
  return createTypeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
