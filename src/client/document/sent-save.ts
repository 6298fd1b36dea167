import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, parseFlow } from "#core/flow-document.ts";
import { type Base, type History, markSaved, recordRebase } from "#core/history.ts";
import { isSameDocument } from "#core/save-body.ts";
import { isSameVersion } from "./flow-version.ts";

/** What stands in a flow's place in its history: the document, and what it was compared with. */
export type StandingDocument = Pick<History, "document" | "position" | "base">;

/** A save as it was sent. Where no answer comes, it may have been written all the same. */
export interface SentSave extends StandingDocument {
  /** What it calls itself to the server ({@link SAVE_HEADER}). */
  readonly key: string;
  /** Of the version that it was to replace; undefined where the server does not count. */
  readonly revision: number | undefined;
}

/** What a version of the flow tells of saves that got no answer. */
export interface SaveFate {
  /** It was written, and nothing since: this version is what it made. */
  readonly holding: StandingDocument | undefined;
  /** Nobody can tell whether they were written. */
  readonly open: readonly SentSave[];
  /** On what the edits stand now: a save that was written and then changed by somebody is no edit any more. */
  readonly history: History;
}

/**
 * Reads a version that another one than the history's base has become. A server that names its newest saves tells all of
 * it: the saves were all to replace the same version, and at most one of them did. Elsewhere a save is known by what it
 * holds, and nobody can tell one that was never written from one that was taken back.
 */
export function readFate(answer: Flow, unanswered: readonly SentSave[], history: History): SaveFate {
  const keys = answer.saveKeys ?? [];
  const written = unanswered.find(({ key }) => keys.includes(key));
  const isNewest = written !== undefined && keys[0] === written.key;
  const same = [...unanswered, history].find(({ document }) =>
    isSameDocument(parseFlow(answer, document), document),
  );
  const holding = isNewest ? written : same;
  if (holding) return { holding, open: [], history };
  if (written) return { holding, open: [], history: standOn(history, written, overtakenBase(written)) };
  const isTold = ({ revision }: SentSave) =>
    revision !== undefined && answer.revision !== undefined && answer.revision - revision <= keys.length;
  return { holding, open: unanswered.filter((sent) => !isTold(sent)), history };
}

/** What was sent is what the server holds. Edits that were put on another base meanwhile do not stand on it. */
export function standOn(history: History, sent: StandingDocument, base: Base): History {
  return history.base === sent.base ? markSaved(history, sent.position, base) : history;
}

/**
 * Puts the edits, now `document`, on `base`. A save over the version of that base may still be written, as where a merge
 * was undone and is made again; what was to replace an older one has no more to say.
 */
export function rebaseWork(
  { history, unanswered }: { readonly history: History; readonly unanswered: readonly SentSave[] },
  base: Base,
  to: { readonly document: FlowDocument; readonly reason: string },
) {
  const open = unanswered
    .filter((sent) => isSameVersion(sent.base.version, base.version))
    .filter((sent) => isSameDocument(sent.base.document, base.document));
  return {
    history: recordRebase(history, base, to),
    unanswered: open.map((sent): SentSave => ({ ...sent, base })),
  };
}

/** What a save of ours made before somebody changed it. The server no longer says how that version was called. */
function overtakenBase({ document, base, key }: SentSave): Base {
  return { document, version: { ...base.version, token: `overtaken-${key}` } };
}
