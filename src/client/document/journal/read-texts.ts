import { isFields } from "#core/check-document.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { History } from "#core/history.ts";
import { type Decisions, UNDECIDED } from "#client/document/decisions.ts";
import { type BrokenText, NO_TEXTS, type TypedTexts } from "#client/document/typed-texts.ts";
import { type ReadParts, readCount, readText } from "./read-parts.ts";
import type { StoredDecision } from "./stored-journal.ts";

interface ReadTexts extends TypedTexts {
  readonly decisions: Decisions;
  readonly areWhole: boolean;
}

/** What was typed and is no edit yet. */
export function readTexts(history: History, { texts, documents }: ReadParts): ReadTexts {
  if (!texts) return { ...NO_TEXTS, decisions: UNDECIDED, areWhole: true };
  const { brokenTexts: list, unapplied, decisions: decided = [] } = texts;
  const brokenTexts = Array.isArray(list) ? list.filter(isBrokenText) : [];
  const decisions = readDecisions(decided);
  const areWhole =
    Array.isArray(list) &&
    brokenTexts.length === list.length &&
    Array.isArray(decided) &&
    decisions.size === decided.length;
  if (unapplied === undefined) return { brokenTexts, unappliedText: undefined, decisions, areWhole };
  const text = isFields(unapplied) ? readText(unapplied["text"]) : undefined;
  if (!isFields(unapplied) || text === undefined)
    return { brokenTexts, unappliedText: undefined, decisions, areWhole: false };
  const known = findSince(unapplied["since"], history, documents);
  // Of a text that belongs to no known document, the page says that the flow has changed under it.
  const since = known ?? { ...history.document };
  return {
    brokenTexts,
    unappliedText: { text, since },
    decisions,
    areWhole: areWhole && known !== undefined,
  };
}

function readDecisions(value: unknown): Decisions {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return new Map(list.filter(isStoredDecision).map((decision) => [decision.clash.id, decision]));
}

/** Whether a clash is still the one that was seen is told by its values, whatever they are. */
function isStoredDecision(value: unknown): value is StoredDecision {
  if (!isFields(value)) return false;
  const { clash, choice, written } = value;
  return (
    isFields(clash) &&
    clash["type"] === "field" &&
    typeof clash["id"] === "string" &&
    isOwnText(written) &&
    (choice === "mine" || choice === "theirs" || isOwnText(choice))
  );
}

const isOwnText = (value: unknown) => isFields(value) && typeof value["value"] === "string";

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
