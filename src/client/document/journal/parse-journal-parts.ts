import { isPlainObject, isFlowDocument } from "#core/document/is-flow-document.ts";
import { computeDocumentFingerprint } from "#core/document/fingerprint.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import type { SavedHistoryPosition } from "#core/history/edit-history.ts";

// Stored parts may be damaged. Each is checked separately, so that one does not affect the others.

export type UnvalidatedStoredFields = Readonly<Record<string, unknown>>;

export interface ParsedStoredDocument {
  readonly document: FlowDocument;
  readonly isIntact: boolean;
}

export interface ParsedJournalParts {
  readonly documents: ReadonlyMap<unknown, ParsedStoredDocument>;
  readonly entries: ReadonlyMap<unknown, UnvalidatedStoredFields>;
  readonly texts: UnvalidatedStoredFields | undefined;
}

export function parseJournalParts(parts: readonly unknown[]): ParsedJournalParts {
  const documents = new Map<unknown, ParsedStoredDocument>();
  const entries = new Map<unknown, UnvalidatedStoredFields>();
  let texts: UnvalidatedStoredFields | undefined;
  for (const part of parts) {
    if (!isPlainObject(part)) continue;
    const { kind, number, document, print } = part;
    if (kind === "entry") entries.set(number, part);
    if (kind === "texts") texts = upgradeTexts(part);
    if (kind === "document" && isSound(document))
      documents.set(number, { document, isIntact: computeDocumentFingerprint(document) === print });
  }
  return { documents, entries, texts };
}

/** From journal format 1; other parts are unchanged. */
function upgradeTexts(part: UnvalidatedStoredFields): UnvalidatedStoredFields {
  if (!("brokenTexts" in part)) return part;
  const { unapplied, decisions } = part;
  return {
    invalidInputs: part["brokenTexts"],
    ...(unapplied !== undefined && { pendingJson: unapplied }),
    ...(decisions !== undefined && {
      decisions: Array.isArray(decisions) ? decisions.map(upgradeDecision) : decisions,
    }),
  };
}

function upgradeDecision(decision: unknown): unknown {
  if (!isPlainObject(decision) || !("clash" in decision)) return decision;
  const { choice, written } = decision;
  return { choice, written, conflict: decision["clash"] };
}

/** Undefined if the version or its document is damaged; missing numbers become 0. */
export function parseSavedPositionOfJournal(
  value: unknown,
  { documents }: ParsedJournalParts,
): SavedHistoryPosition | undefined {
  if (!isPlainObject(value) || !isPlainObject(value["base"]) || !isPlainObject(value["base"]["version"]))
    return undefined;
  const { token, updatedAt } = value["base"]["version"];
  const found = documents.get(value["base"]["document"]);
  if (!found?.isIntact || typeof updatedAt !== "string") return undefined;
  if (token !== undefined && typeof token !== "string") return undefined;
  const base = { document: found.document, version: { token, updatedAt } };
  return {
    base,
    saved: parseNonNegativeInteger(value["saved"]) ?? 0,
    abandoned: parseNonNegativeInteger(value["abandoned"]) ?? 0,
  };
}

export function parseNonNegativeInteger(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

export function toStringOrUndefined(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** False for cyclic or too deeply nested values, on which `isFlowDocument` throws. */
function isSound(value: unknown): value is FlowDocument {
  try {
    return isFlowDocument(value);
  } catch {
    return false;
  }
}
