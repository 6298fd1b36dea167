import { useCallback, useDeferredValue, useMemo, useState } from "react";
import type { ConflictChoice, MergeConflict, MergeSide } from "#core/merge/conflict.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import {
  mergeNewestServerVersion,
  previewMergeWithServerVersion,
} from "#client/document/remote/merge-newest-version.ts";
import {
  toConflictChoicesFromDecisions,
  addConflictDecision,
  addConflictDecisionsForSide,
  createConflictDecidedPredicate,
  getConflictDecisionState,
} from "#client/document/remote/decisions.ts";
import { parseDocumentOfServerVersion } from "#client/document/remote/flow-version.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { MergeConflictRadioGroup } from "./conflict-group.tsx";
import { showMergeBlockedToast } from "./stale-version-banner.tsx";

type ResolveDialogProps = {
  readonly isSaving: boolean;
  readonly onSave: () => void;
  readonly onClose: () => void;
};

const PAGE_SIZE = 50;

/** The flow changes only after all are decided; a decision becomes stale if a side changes its value. */
export function ResolveConflictsDialog({ isSaving, onSave, onClose }: ResolveDialogProps) {
  const openFlow = useOpenFlow();
  const { flow, history, unacknowledgedSaves, decisions, conflicts, versions } = useMergePreview();
  const [whenOpened] = useState({ flow, document: history.document });
  const [shown, setShown] = useState(PAGE_SIZE);
  /** Conflicts that were undecided when Apply was last pressed; later conflicts are not shown as errors yet. */
  const [missing, setMissing] = useState<ReadonlySet<string>>(NONE);

  const undecided = conflicts.filter(
    (conflict) => getConflictDecisionState(decisions, conflict) !== "decided",
  );
  const missingCount = undecided.filter(({ id }) => missing.has(id)).length;
  const hasChanged = flow !== whenOpened.flow || history.document !== whenOpened.document;

  const choose = useCallback(
    (conflict: MergeConflict, choice: ConflictChoice) => {
      openFlow.decide((before) => addConflictDecision(before, conflict, choice));
      // If the choice becomes stale later, the error appears again only after the next Apply.
      setMissing((before) => (before.has(conflict.id) ? withoutId(before, conflict.id) : before));
    },
    [openFlow],
  );
  const chooseAll = (side: MergeSide) => {
    setMissing(NONE);
    openFlow.decide((before) => addConflictDecisionsForSide(before, conflicts, side));
    announceToScreenReaders(`${side === "mine" ? "Mine" : "Theirs"} chosen for all.`);
  };

  const apply = async () => {
    const [next] = undecided;
    if (next) {
      setMissing(new Set(undecided.map(({ id }) => id)));
      announceToScreenReaders(describeMissing(undecided.length), "assertive");
      setShown(Math.max(shown, conflicts.indexOf(next) + 1));
      requestFocusWhenRendered(() =>
        document.querySelector<HTMLElement>(`[data-conflict="${CSS.escape(next.id)}"] input:enabled`),
      );
      return;
    }
    // If another version arrives during this request, the choices do not cover its conflicts, so the dialog stays open.
    const { type } = await mergeNewestServerVersion(
      openFlow,
      toConflictChoicesFromDecisions(decisions),
      createConflictDecidedPredicate(decisions),
    );
    if (type === "conflict") return;
    onClose();
    if (type === "unfinished") showMergeBlockedToast();
    else if (isSaving) onSave();
  };

  return (
    <Dialog
      title={conflicts.length === 0 ? "No conflicts left" : "Resolve conflicts"}
      description={
        conflicts.length === 0
          ? "All changes can be merged."
          : `${conflicts.length === 1 ? "This field was" : "These fields were"} changed in both places. Other changes were merged.`
      }
      size="xl"
      onClose={onClose}
      footer={
        <>
          <ResolveProgress
            missing={missingCount}
            resolved={conflicts.length - undecided.length}
            total={conflicts.length}
          />
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => void apply()}>
            {isSaving ? "Apply and save" : "Apply"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {hasChanged && (
          <p role="status" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            The flow changed while this was open. Choices that still apply are kept.
          </p>
        )}
        {unacknowledgedSaves.length > 0 && conflicts.length > 0 && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            An earlier save got no response and may not have been written. It may have caused conflicts below.
          </p>
        )}
        {conflicts.length > 1 && <ChooseAllButtons onChoose={chooseAll} />}
        <div>
          {conflicts.slice(0, shown).map((conflict) => (
            <MergeConflictRadioGroup
              key={conflict.id}
              conflict={conflict}
              versions={versions}
              choice={decisions.get(conflict.id)?.choice}
              written={decisions.get(conflict.id)?.written}
              state={getConflictDecisionState(decisions, conflict)}
              isMissing={
                missing.has(conflict.id) && getConflictDecisionState(decisions, conflict) !== "decided"
              }
              onChoose={choose}
            />
          ))}
        </div>
        {conflicts.length > shown && (
          <Button className="self-start" onClick={() => setShown(shown + PAGE_SIZE)}>
            {`Show ${Math.min(PAGE_SIZE, conflicts.length - shown)} of ${conflicts.length - shown} more`}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

/** Returns the state that a merge depends on, and the conflicts that remain after the decisions so far. */
function useMergePreview() {
  const flow = useOpenFlowState((state) => state.flow);
  const history = useOpenFlowState((state) => state.history);
  const unacknowledgedSaves = useOpenFlowState((state) => state.unacknowledgedSaves);
  const decisions = useOpenFlowState((state) => state.decisions);
  // A choice can resolve other conflicts, but a merge on every keystroke would be slow.
  const deferredDecisions = useDeferredValue(decisions);
  const conflicts = useMemo(
    () =>
      previewMergeWithServerVersion(
        { mergeDocuments },
        { flow, history, unacknowledgedSaves },
        toConflictChoicesFromDecisions(deferredDecisions),
      )?.conflicts ?? [],
    [flow, history, unacknowledgedSaves, deferredDecisions],
  );
  const versions = useMemo(
    () => ({
      base: history.base.document,
      mine: history.document,
      theirs: parseDocumentOfServerVersion({ flow, history }),
    }),
    [flow, history],
  );
  return { flow, history, unacknowledgedSaves, decisions, conflicts, versions };
}

type ResolveProgressProps = { readonly missing: number; readonly resolved: number; readonly total: number };

function ResolveProgress({ missing, resolved, total }: ResolveProgressProps) {
  return missing > 0 ? (
    <p className="mr-auto self-center text-sm text-danger max-xs:basis-full">{describeMissing(missing)}</p>
  ) : (
    <p role="status" className="mr-auto self-center text-sm text-muted max-xs:basis-full">
      {total > 0 && `${resolved} of ${total} resolved`}
    </p>
  );
}

function ChooseAllButtons({ onChoose }: { readonly onChoose: (side: MergeSide) => void }) {
  return (
    <div role="group" aria-label="All conflicts" className="flex flex-wrap items-center gap-2">
      <Button size="sm" onClick={() => onChoose("mine")}>
        All mine
      </Button>
      <Button size="sm" onClick={() => onChoose("theirs")}>
        All theirs
      </Button>
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();

function withoutId(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((other) => other !== id));
}

function describeMissing(count: number): string {
  return `Choose a version for ${formatCount(count, "conflict")} first.`;
}
