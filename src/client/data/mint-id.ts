import { createId } from "#core/new-step.ts";

/** A new, time-sortable id. `crypto.randomUUID` is missing outside secure contexts, `getRandomValues` is not. */
export function mintId(prefix: string): string {
  return createId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
