import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import {
  type BaseFlowVersion,
  type EditHistory,
  type HistoryRebaseType,
  recordSaveInHistory,
  recordRebaseInHistory,
} from "#core/history/edit-history.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { isSameVersion } from "#client/document/remote/flow-version.ts";

export type EditHistorySnapshot = Pick<EditHistory, "document" | "position" | "base">;

/** A save that was sent. The server may have written the document even if no response arrived. */
export interface UnacknowledgedSave extends EditHistorySnapshot {
  readonly key: string;
  /** Revision that the save replaces; undefined on servers without revisions. */
  readonly revision: number | undefined;
}

export interface UnacknowledgedSaveResolution {
  readonly holding: EditHistorySnapshot | undefined;
  readonly open: readonly UnacknowledgedSave[];
  /** Rebased onto a written save that another client has since overwritten. */
  readonly history: EditHistory;
}

/**
 * Determines which save the server wrote: at most one, because all saves replace the same version. Without save
 * keys, compares contents: a save that was not written then looks the same as a save that another client
 * reverted.
 */
export function resolveUnacknowledgedSaves(
  answer: Flow,
  unacknowledgedSaves: readonly UnacknowledgedSave[],
  history: EditHistory,
): UnacknowledgedSaveResolution {
  const keys = answer.saveKeys ?? [];
  const written = unacknowledgedSaves.find(({ key }) => keys.includes(key));
  const isNewest = written !== undefined && keys[0] === written.key;
  const same = [...unacknowledgedSaves, history].find(({ document }) =>
    isDocumentUnchangedForSave(parseFlowDocument(answer, document), document),
  );
  const holding = isNewest ? written : same;
  if (holding) return { holding, open: [], history };
  if (written)
    return {
      holding,
      open: [],
      history: rebaseOntoAcknowledgedSave(history, written, overtakenBase(written)),
    };
  const isKnownUnwritten = ({ revision }: UnacknowledgedSave) =>
    revision !== undefined && answer.revision !== undefined && answer.revision - revision <= keys.length;
  return { holding, open: unacknowledgedSaves.filter((sent) => !isKnownUnwritten(sent)), history };
}

/** Makes a written save the base, unless the edits were rebased meanwhile. */
export function rebaseOntoAcknowledgedSave(
  history: EditHistory,
  sent: EditHistorySnapshot,
  base: BaseFlowVersion,
): EditHistory {
  return history.base === sent.base ? recordSaveInHistory(history, sent.position, base) : history;
}

/** Drops unacknowledged saves of another version than `base`, which the server now rejects. */
export function rebaseUnsavedEdits(
  {
    history,
    unacknowledgedSaves,
  }: { readonly history: EditHistory; readonly unacknowledgedSaves: readonly UnacknowledgedSave[] },
  base: BaseFlowVersion,
  to: { readonly document: FlowDocument; readonly type: HistoryRebaseType; readonly reason: string },
) {
  const open = unacknowledgedSaves
    .filter((sent) => isSameVersion(sent.base.version, base.version))
    .filter((sent) => isDocumentUnchangedForSave(sent.base.document, base.document));
  return {
    history: recordRebaseInHistory(history, base, to),
    unacknowledgedSaves: open.map((sent): UnacknowledgedSave => ({ ...sent, base })),
  };
}

/** Invents the version's token, because the server no longer returns the real one. */
function overtakenBase({ document, base, key }: UnacknowledgedSave): BaseFlowVersion {
  return { document, version: { ...base.version, token: `overtaken-${key}` } };
}
