import { isFields } from "#core/check-document.ts";
import type { Base } from "#core/history.ts";
import type { SentSave } from "#client/document/sent-save.ts";
import { type ReadParts, readCount, readText } from "./read-parts.ts";

/** Saves that got no answer. One that cannot be read is left out: then what it wrote counts as somebody else's. */
export function readSends(value: unknown, base: Base, { documents }: ReadParts): readonly SentSave[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((send): readonly SentSave[] => {
    if (!isFields(send)) return [];
    const [key, position] = [readText(send["key"]), readCount(send["position"])];
    const found = documents.get(send["document"]);
    if (key === undefined || position === undefined || !found?.isIntact) return [];
    return [{ key, revision: readCount(send["revision"]), position, document: found.document, base }];
  });
}
