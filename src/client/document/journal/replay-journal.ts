import { isFields } from "#core/check-document.ts";
import { fingerprint } from "#core/fingerprint.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { History, HistoryEntry, SavedMark } from "#core/history.ts";
import type { KeptWork } from "#client/document/open-flow.ts";
import { readCount, readMark, readParts } from "./read-parts.ts";
import { readSends } from "./read-sends.ts";
import { readTexts } from "./read-texts.ts";
import { type JournalFault, replayEntries } from "./replay-entries.ts";
import { JOURNAL_FORMAT } from "./stored-journal.ts";

/** `raw` is the journal as JSON, for what could not be read of it. */
export type ReplayedJournal =
  | { readonly type: "restored"; readonly work: KeptWork }
  | {
      readonly type: "partly";
      readonly work: KeptWork;
      /** Edits at the end of the history that could not be read. */
      readonly lost: number;
      readonly fault: JournalFault;
      readonly raw: string;
    }
  | { readonly type: "unreadable"; readonly fault: JournalFault; readonly raw: string };

/**
 * Makes of what is stored the work that it was. What is called restored is the very document that was there; whatever can
 * be read of a journal that is not sound is given back too. Nothing that is read is trusted.
 */
export function replayJournal(journal: unknown, stored: readonly unknown[]): ReplayedJournal {
  const raw = () => writeRaw([journal, ...stored]);
  if (!isFields(journal)) return { type: "unreadable", fault: "damaged", raw: raw() };
  if (journal["format"] !== JOURNAL_FORMAT) return { type: "unreadable", fault: "other-version", raw: raw() };
  const parts = readParts(stored);
  const origin = parts.documents.get(journal["origin"]);
  if (!origin) return { type: "unreadable", fault: "damaged", raw: raw() };

  const count = Math.max(readCount(journal["entryCount"]) ?? 0, parts.entries.size);
  const replay = replayEntries(origin.document, count, parts);
  const { entries } = replay;
  const position = Math.min(readCount(journal["position"]) ?? count, entries.length);
  const document = entries[position - 1]?.after ?? origin.document;
  const isWhole = position === journal["position"] && fingerprint(document) === journal["print"];
  const mark = isWhole ? readMark(journal["mark"], parts) : undefined;
  const history: History = {
    ...(mark ?? findOlderMark(entries, position, origin.document)),
    document,
    entries,
    position,
  };
  const { areWhole, ...texts } = readTexts(history, parts);
  const unanswered = mark ? readSends(journal["sends"], mark.base, parts) : [];
  const work: KeptWork = { history, unanswered, ...texts };

  const isSound = mark !== undefined && areWhole && origin.isIntact;
  const fault = replay.fault ?? (isSound ? undefined : "damaged");
  if (fault === undefined) return { type: "restored", work };
  return { type: "partly", work, lost: count - entries.length, fault, raw: raw() };
}

/**
 * Where it is not known what the edits stood on last, an older version that they contain stands in for it: then what was
 * saved since comes to both sides of a merge, and nothing that others saved is taken back.
 */
function findOlderMark(entries: readonly HistoryEntry[], position: number, origin: FlowDocument): SavedMark {
  const rebase = entries.slice(0, position).findLast((entry) => entry.rebase)?.rebase;
  if (rebase) return rebase.after;
  return { base: { document: origin, version: { token: undefined, updatedAt: "" } }, saved: 0, abandoned: 0 };
}

function writeRaw(records: readonly unknown[]): string {
  try {
    return JSON.stringify(records, undefined, 2) ?? "";
  } catch {
    return records.map(String).join("\n");
  }
}
