import { fingerprint } from "#core/fingerprint.ts";
import type { History, HistoryEntry } from "#core/history.ts";
import type { Decisions } from "#client/document/decisions.ts";
import type { OpenFlowState } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import {
  type DocumentNumbers,
  NO_DOCUMENTS,
  type NumberedDocuments,
  numberDocuments,
} from "./number-documents.ts";
import { keepDocuments, storeEntry } from "./store-entry.ts";
import type {
  PartKey,
  StoredDecision,
  StoredJournal,
  StoredPart,
  StoredSend,
  StoredSince,
  StoredTexts,
} from "./stored-journal.ts";

/** What the device holds, as of the last write that was completed. What is still the same object is not written again. */
export interface WrittenState {
  readonly entries: readonly HistoryEntry[];
  readonly documents: NumberedDocuments;
  readonly texts: StoredTexts | undefined;
}

export const NOTHING_WRITTEN: WrittenState = { entries: [], documents: NO_DOCUMENTS, texts: undefined };

/** The part of a journal's record that the state of the flow says. */
type StateOfJournal = Pick<
  StoredJournal,
  "flowId" | "flowName" | "unsaved" | "origin" | "entryCount" | "position" | "mark" | "sends" | "print"
>;

export interface Flush {
  readonly journal: StateOfJournal;
  readonly parts: readonly StoredPart[];
  readonly gone: readonly PartKey[];
  /** What the device holds once this is done. */
  readonly written: WrittenState;
}

/** What has to be written and removed so that the journal, holding `written`, comes to hold `state`. */
export function planFlush(journal: string, state: OpenFlowState, written: WrittenState): Flush {
  const { history } = state;
  const { entries } = history;
  const documents = numberDocuments(journal, written.documents);
  const origin = documents.numberOf(originOf(history));
  const mark = documents.storeMark(history);
  const sends = storeSends(state, documents);
  const changed: StoredPart[] = [];
  entries.forEach((entry, number) => {
    if (entry === written.entries[number]) keepDocuments(entry, documents);
    else changed.push(storeEntry(entry, { journal, number }, documents));
  });
  const texts = storeTexts(journal, state, documents);
  const isSameText = isSameTexts(texts, written.texts);
  if (texts && !isSameText) changed.push(texts);

  const gone: PartKey[] = documents.findUnused().map((number) => [journal, "document", number]);
  for (let number = entries.length; number < written.entries.length; number += 1)
    gone.push([journal, "entry", number]);
  if (!texts && written.texts) gone.push([journal, "texts", 0]);

  return {
    journal: {
      flowId: state.flow.id,
      flowName: history.document.name,
      unsaved: countUnsavedEdits(state),
      origin,
      entryCount: entries.length,
      position: history.position,
      mark,
      ...(sends.length > 0 && { sends }),
      print: fingerprint(history.document),
    },
    parts: [...documents.added, ...changed],
    gone,
    written: { entries, documents: documents.numbered(), texts: isSameText ? written.texts : texts },
  };
}

/** The document that the history starts from. */
function originOf({ entries, document }: History) {
  return entries[0]?.before ?? document;
}

/** The document that was sent is stored whole: the edits that led to it may be undone and replaced by others. */
function storeSends(
  { history, unanswered }: OpenFlowState,
  { numberOf }: DocumentNumbers,
): readonly StoredSend[] {
  return unanswered
    .filter(({ base }) => base === history.base)
    .map(({ key, revision, position, document }) => {
      return { key, revision, position, document: numberOf(document) };
    });
}

function storeTexts(
  journal: string,
  { history, brokenTexts, unappliedText, decisions: all }: OpenFlowState,
  documents: DocumentNumbers,
): StoredTexts | undefined {
  const decisions = storeDecisions(all);
  if (brokenTexts.length === 0 && !unappliedText && decisions.length === 0) return undefined;
  const texts = {
    ...({ journal, kind: "texts", number: 0, brokenTexts } as const),
    ...(decisions.length > 0 && { decisions }),
  };
  if (!unappliedText) return texts;
  const since = locate(unappliedText.since, history, documents);
  return { ...texts, unapplied: { text: unappliedText.text, since } };
}

/** Only what somebody wrote: the others are chosen again by a press. */
function storeDecisions(decisions: Decisions): readonly StoredDecision[] {
  return [...decisions.values()].flatMap(({ clash, choice, written }) =>
    clash.type === "field" && written ? [{ clash, choice, written }] : [],
  );
}

/** Whether a document is the very one of the history matters: what was typed since is told by that. */
function locate(document: History["document"], history: History, { numberOf }: DocumentNumbers): StoredSince {
  const index = history.entries.findLastIndex(({ after }) => after === document);
  return index >= 0 || document === originOf(history)
    ? { position: index + 1 }
    : { document: numberOf(document) };
}

function isSameTexts(a: StoredTexts | undefined, b: StoredTexts | undefined): boolean {
  return (
    a?.brokenTexts === b?.brokenTexts &&
    a?.unapplied?.text === b?.unapplied?.text &&
    JSON.stringify([a?.unapplied?.since, a?.decisions]) ===
      JSON.stringify([b?.unapplied?.since, b?.decisions])
  );
}
