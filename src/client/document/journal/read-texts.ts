import { isFields } from "#core/check-document.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { History } from "#core/history.ts";
import type { BrokenText, UnappliedText } from "#client/document/typed-texts.ts";
import { type ReadParts, readCount, readText } from "./read-parts.ts";

interface ReadTexts {
  readonly brokenTexts: readonly BrokenText[];
  readonly unappliedText: UnappliedText | undefined;
  readonly areWhole: boolean;
}

/** What was typed and is no edit yet. */
export function readTexts(history: History, { texts, documents }: ReadParts): ReadTexts {
  if (!texts) return { brokenTexts: [], unappliedText: undefined, areWhole: true };
  const { brokenTexts: list, unapplied } = texts;
  const brokenTexts = Array.isArray(list) ? list.filter(isBrokenText) : [];
  const areWhole = Array.isArray(list) && brokenTexts.length === list.length;
  if (unapplied === undefined) return { brokenTexts, unappliedText: undefined, areWhole };
  const text = isFields(unapplied) ? readText(unapplied["text"]) : undefined;
  if (!isFields(unapplied) || text === undefined)
    return { brokenTexts, unappliedText: undefined, areWhole: false };
  const known = findSince(unapplied["since"], history, documents);
  // Of a text that belongs to no known document, the page says that the flow has changed under it.
  const since = known ?? { ...history.document };
  return { brokenTexts, unappliedText: { text, since }, areWhole: areWhole && known !== undefined };
}

function findSince(
  since: unknown,
  { entries, document }: History,
  documents: ReadParts["documents"],
): FlowDocument | undefined {
  if (!isFields(since)) return undefined;
  const position = readCount(since["position"]);
  if (position === undefined) return documents.get(since["document"])?.document;
  return position === 0 ? (entries[0]?.before ?? document) : entries[position - 1]?.after;
}

function isBrokenText(value: unknown): value is BrokenText {
  return (
    isFields(value) && ["key", "field", "text", "message"].every((name) => typeof value[name] === "string")
  );
}
