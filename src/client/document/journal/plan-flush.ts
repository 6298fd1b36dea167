import { computeDocumentFingerprint } from "#core/document/fingerprint.ts";
import type { EditHistory, HistoryEntry } from "#core/history/edit-history.ts";
import type { ConflictDecisions } from "#client/document/remote/decisions.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import {
  type DocumentNumberAssigner,
  NO_DOCUMENT_NUMBERS,
  type AssignedDocumentNumbers,
  createDocumentNumberAssigner,
} from "./assign-document-numbers.ts";
import { markEntryDocumentsInUse, toStoredHistoryEntry } from "./stored-history-entry.ts";
import type {
  JournalPartKey,
  StoredConflictDecision,
  StoredJournalMainRecord,
  StoredJournalPart,
  StoredUnacknowledgedSave,
  StoredJournalDocumentReference,
  StoredPendingInput,
} from "./stored-journal.ts";

/** The records that the last completed write stored. A later write skips the objects that are unchanged since. */
export interface WrittenJournalState {
  readonly entries: readonly HistoryEntry[];
  readonly documents: AssignedDocumentNumbers;
  readonly texts: StoredPendingInput | undefined;
}

export const EMPTY_WRITTEN_JOURNAL_STATE: WrittenJournalState = {
  entries: [],
  documents: NO_DOCUMENT_NUMBERS,
  texts: undefined,
};

type StateOfJournal = Pick<
  StoredJournalMainRecord,
  "flowId" | "flowName" | "unsaved" | "origin" | "entryCount" | "position" | "mark" | "sends" | "print"
>;

export interface JournalFlushPlan {
  readonly journal: StateOfJournal;
  readonly parts: readonly StoredJournalPart[];
  readonly gone: readonly JournalPartKey[];
  readonly written: WrittenJournalState;
}

/** Returns the writes and deletions that turn the stored state `written` into `state`. */
export function planJournalFlush(
  journal: string,
  state: OpenFlowState,
  written: WrittenJournalState,
): JournalFlushPlan {
  const { history } = state;
  const { entries } = history;
  const documents = createDocumentNumberAssigner(journal, written.documents);
  const origin = documents.numberOf(originOf(history));
  const mark = documents.storeMark(history);
  const sends = storeSends(state, documents);
  const changed: StoredJournalPart[] = [];
  entries.forEach((entry, number) => {
    if (entry === written.entries[number]) markEntryDocumentsInUse(entry, documents);
    else changed.push(toStoredHistoryEntry(entry, { journal, number }, documents));
  });
  const texts = storeTexts(journal, state, documents);
  const isSameText = isSameTexts(texts, written.texts);
  if (texts && !isSameText) changed.push(texts);

  const gone: JournalPartKey[] = documents.findUnused().map((number) => [journal, "document", number]);
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
      print: computeDocumentFingerprint(history.document),
    },
    parts: [...documents.added, ...changed],
    gone,
    written: { entries, documents: documents.numbered(), texts: isSameText ? written.texts : texts },
  };
}

function originOf({ entries, document }: EditHistory) {
  return entries[0]?.before ?? document;
}

/** Stores the full document of each save, because later edits may replace the saved edits in the history. */
function storeSends(
  { history, unacknowledgedSaves }: OpenFlowState,
  { numberOf }: DocumentNumberAssigner,
): readonly StoredUnacknowledgedSave[] {
  return unacknowledgedSaves
    .filter(({ base }) => base === history.base)
    .map(({ key, revision, position, document }) => {
      return { key, revision, position, document: numberOf(document) };
    });
}

function storeTexts(
  journal: string,
  { history, invalidInputs, pendingJson, decisions: all }: OpenFlowState,
  documents: DocumentNumberAssigner,
): StoredPendingInput | undefined {
  const decisions = storeDecisions(all);
  if (invalidInputs.length === 0 && !pendingJson && decisions.length === 0) return undefined;
  const texts = {
    ...({ journal, kind: "texts", number: 0, invalidInputs } as const),
    ...(decisions.length > 0 && { decisions }),
  };
  if (!pendingJson) return texts;
  const since = locate(pendingJson.since, history, documents);
  return { ...texts, pendingJson: { text: pendingJson.text, since } };
}

/** Only those with text: the user can easily repeat the others. */
function storeDecisions(decisions: ConflictDecisions): readonly StoredConflictDecision[] {
  return [...decisions.values()].flatMap(({ conflict, choice, written }) =>
    conflict.type === "field" && written ? [{ conflict, choice, written }] : [],
  );
}

/** By position, so that replay returns the same object, which the JSON tab compares. */
function locate(
  document: EditHistory["document"],
  history: EditHistory,
  { numberOf }: DocumentNumberAssigner,
): StoredJournalDocumentReference {
  const index = history.entries.findLastIndex(({ after }) => after === document);
  return index >= 0 || document === originOf(history)
    ? { position: index + 1 }
    : { document: numberOf(document) };
}

function isSameTexts(a: StoredPendingInput | undefined, b: StoredPendingInput | undefined): boolean {
  return (
    a?.invalidInputs === b?.invalidInputs &&
    a?.pendingJson?.text === b?.pendingJson?.text &&
    JSON.stringify([a?.pendingJson?.since, a?.decisions]) ===
      JSON.stringify([b?.pendingJson?.since, b?.decisions])
  );
}
