import { isFields, isFlowDocument } from "#core/check-document.ts";
import { fingerprint } from "#core/fingerprint.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { SavedMark } from "#core/history.ts";

// What is read back may have been written by another version of the app, and storage goes bad. Each part is looked at on
// its own, so that one that cannot be read takes nothing else with it.

export type Fields = Readonly<Record<string, unknown>>;

export interface ReadDocument {
  readonly document: FlowDocument;
  /** It is what was written, to the letter. */
  readonly isIntact: boolean;
}

export interface ReadParts {
  readonly documents: ReadonlyMap<unknown, ReadDocument>;
  readonly entries: ReadonlyMap<unknown, Fields>;
  readonly texts: Fields | undefined;
}

export function readParts(parts: readonly unknown[]): ReadParts {
  const documents = new Map<unknown, ReadDocument>();
  const entries = new Map<unknown, Fields>();
  let texts: Fields | undefined;
  for (const part of parts) {
    if (!isFields(part)) continue;
    const { kind, number, document, print } = part;
    if (kind === "entry") entries.set(number, part);
    if (kind === "texts") texts = part;
    if (kind === "document" && isSound(document))
      documents.set(number, { document, isIntact: fingerprint(document) === print });
  }
  return { documents, entries, texts };
}

/** Undefined where the version or its document is missing. The counts only say how much is unsaved. */
export function readMark(value: unknown, { documents }: ReadParts): SavedMark | undefined {
  if (!isFields(value) || !isFields(value["base"]) || !isFields(value["base"]["version"])) return undefined;
  const { token, updatedAt } = value["base"]["version"];
  const found = documents.get(value["base"]["document"]);
  if (!found?.isIntact || typeof updatedAt !== "string") return undefined;
  if (token !== undefined && typeof token !== "string") return undefined;
  const base = { document: found.document, version: { token, updatedAt } };
  return { base, saved: readCount(value["saved"]) ?? 0, abandoned: readCount(value["abandoned"]) ?? 0 };
}

export function readCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

export function readText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What goes round in circles, or deeper than can be followed, is no document. */
function isSound(value: unknown): value is FlowDocument {
  try {
    return isFlowDocument(value);
  } catch {
    return false;
  }
}
