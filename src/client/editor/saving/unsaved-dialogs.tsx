import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import { useIsOffline } from "#client/data/api/server-reachability.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { useIsSavingFlow } from "#client/document/saving/save-flow.ts";
import { countUnsavedEdits, hasUnfinishedInput } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { ChangeList } from "#client/flow/change-list.tsx";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { replaceFlowAndPendingInput } from "#client/editor/session/bind-pending-input.ts";
import { NO_PENDING_USER_INPUT } from "#client/document/pending-input.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { useLiveVersionComparison } from "#client/flow/live-comparison.tsx";
import { listUnsavedChangeDescriptions, explainWhySaveIsBlocked } from "./unsaved-change-descriptions.ts";

// One chunk, loaded while idle: the network may be gone when this is needed.
export { StaleVersionBanner, RemoteUpdateSummary } from "./conflict/stale-version-banner.tsx";
export { ResolveConflictsDialog } from "./conflict/resolve-dialog.tsx";
export { RecoveryBar } from "./recovery/recovery-bar.tsx";
export { UnsavedReasonBanner } from "./unsaved-reason-banner.tsx";
export { StepFieldNotice } from "./step-field-notice.tsx";

type LeaveDialogProps = {
  /** Resolves to whether the server now has all edits. */
  readonly save: () => Promise<boolean>;
  /** The save in progress, if any: once it has succeeded, the page is left without another click. */
  readonly saveUnderWay: Promise<void> | undefined;
  readonly showsConflict: boolean;
  readonly onLeave: () => void;
  readonly onStay: () => void;
};

export function LeaveWithUnsavedChangesDialog({
  save,
  saveUnderWay,
  showsConflict,
  onLeave,
  onStay,
}: LeaveDialogProps) {
  const openFlow = useOpenFlow();
  const name = useOpenFlowState(({ history }) => history.document.name);
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const isPersisted = useOpenFlowState((state) => state.isPersisted);
  const state = useOpenFlowState((current) => current);
  const lines = useMemo(() => listUnsavedChangeDescriptions(state), [state]);
  const isOffline = useIsOffline();
  const obstacle = useObstacle(isOffline);
  const isSaving = useIsSavingFlow(useOpenFlow().getState().flow.id);
  const [isAwaiting, setAwaiting] = useState(saveUnderWay !== undefined);
  const saveButton = useRef<HTMLButtonElement>(null);
  const stayButton = useRef<HTMLButtonElement>(null);
  const isMounted = useRef(true);

  const endWaiting = (isConflictShown: boolean) => {
    const after = openFlow.getState();
    setAwaiting(false);
    if (countUnsavedEdits(after) === 0) onLeave();
    // The dialog that resolves the conflict is already open behind this one.
    else if (isConflictShown && isEditBaseBehindServerVersion(after)) onStay();
    else stayButton.current?.focus();
  };
  const onSaveEnd = useEffectEvent(endWaiting);
  useEffect(() => {
    isMounted.current = true;
    void saveUnderWay?.then(() => isMounted.current && onSaveEnd(showsConflict));
    return () => void (isMounted.current = false);
  }, [saveUnderWay, showsConflict]);

  const saveAndLeave = async () => {
    setAwaiting(true);
    await save();
    // Does nothing if the user has chosen to stay during the save.
    if (isMounted.current) endWaiting(true);
  };
  const { title, description } = describeLeaving({ name, isUnsaved, isSaving, isAwaiting, isPersisted });

  return (
    <Dialog
      role="alertdialog"
      size="lg"
      title={title}
      description={description}
      initialFocus={saveUnderWay || obstacle?.isLasting ? stayButton : saveButton}
      onClose={onStay}
      footer={
        <>
          <Button ref={stayButton} onClick={onStay}>
            Stay
          </Button>
          {isUnsaved && !isSaving && (
            <Button
              className="text-danger!"
              onClick={() => {
                openFlow.giveUp();
                onLeave();
              }}
            >
              Discard changes
            </Button>
          )}
          {isUnsaved && isPersisted && <Button onClick={onLeave}>Keep draft and leave</Button>}
          {isUnsaved && isSaving && !isPersisted && <Button onClick={onLeave}>Leave without waiting</Button>}
          <Button
            ref={saveButton}
            variant="primary"
            busy={isUnsaved && isSaving}
            disabledReason={isUnsaved && obstacle?.isLasting ? obstacle.text : undefined}
            onClick={() => (isUnsaved ? void saveAndLeave() : onLeave())}
          >
            {isUnsaved ? "Save and leave" : "Leave"}
          </Button>
        </>
      }
    >
      {isUnsaved && obstacle && !isSaving && (
        <p role="alert" className="mb-2 rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          Not saved. {obstacle.text}
          <UpgradeLink url={obstacle.upgradeUrl} />
        </p>
      )}
      {isUnsaved && <ChangeList label="Unsaved changes" lines={lines} />}
    </Dialog>
  );
}

interface Leaving {
  readonly name: string;
  readonly isUnsaved: boolean;
  readonly isSaving: boolean;
  readonly isAwaiting: boolean;
  readonly isPersisted: boolean;
}

function describeLeaving({ name, isUnsaved, isSaving, isAwaiting, isPersisted }: Leaving) {
  if (!isUnsaved) return { title: "Leave this flow?", description: "Saved." };
  if (isSaving) {
    const then = isAwaiting ? " You’ll leave when it’s saved." : "";
    return { title: "Saving…", description: `Saving ${quoteName(name)}.${then}` };
  }
  const offerText = isPersisted ? " Your edits stay in this browser until you come back." : "";
  return {
    title: "Leave with unsaved changes?",
    description: `${quoteName(name)} has unsaved changes.${offerText}`,
  };
}

function useObstacle(isOffline: boolean) {
  const text = useOpenFlowState((state) => explainWhySaveIsBlocked(state, isOffline)?.text);
  const isLasting = useOpenFlowState(
    (state) => explainWhySaveIsBlocked(state, isOffline)?.isLasting === true,
  );
  const upgradeUrl = useOpenFlowState((state) => explainWhySaveIsBlocked(state, isOffline)?.upgradeUrl);
  return text === undefined ? undefined : { text, isLasting, upgradeUrl };
}

type DiscardDialogProps = {
  readonly to: "saved" | "published";
  readonly onClose: () => void;
};

export function DiscardChangesDialog({ to, onClose }: DiscardDialogProps) {
  return to === "saved" ? <DiscardToSaved onClose={onClose} /> : <DiscardToPublished onClose={onClose} />;
}

type CloseProps = Pick<DiscardDialogProps, "onClose">;

function DiscardToSaved({ onClose }: CloseProps) {
  const openFlow = useOpenFlow();
  const [{ document }] = useState(openFlow.getState().history);
  // After a save while the dialog is open, reverting leads to a newer document, or there is nothing left.
  const saved = useOpenFlowState(({ history }) => history.base.document);
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  return (
    <ConfirmDiscard
      title={isUnsaved ? "Revert to saved?" : "No unsaved changes"}
      text={isUnsaved ? `Reverts ${quoteName(document.name)} to the saved draft.` : "Saved."}
      target={{ type: "document", document: saved }}
      isUnchanged={!isUnsaved}
      reason="revert to saved"
      onClose={onClose}
    />
  );
}

function DiscardToPublished({ onClose }: CloseProps) {
  const openFlow = useOpenFlow();
  const { document } = openFlow.getState().history;
  const target = usePublishedDocument();
  return (
    <ConfirmDiscard
      title="Revert to published?"
      text={`Reverts ${quoteName(document.name)} to the live version, without saving or publishing.`}
      target={target}
      reason="revert to published"
      onClose={onClose}
    />
  );
}

type ConfirmDiscardProps = CloseProps & {
  readonly isUnchanged?: boolean;
  readonly title: string;
  readonly text: string;
  readonly target: DiscardTarget;
  readonly reason: string;
};

function ConfirmDiscard({ title, text, target, reason, isUnchanged = false, onClose }: ConfirmDiscardProps) {
  const openFlow = useOpenFlow();
  const discard = (document: FlowDocument) => {
    replaceFlowAndPendingInput(openFlow, document, { reason, texts: NO_PENDING_USER_INPUT });
    announceToScreenReaders("Changes discarded. You can undo.");
    onClose();
  };
  return (
    <Dialog
      role="alertdialog"
      title={title}
      description={isUnchanged ? text : `${text} You can undo.`}
      onClose={onClose}
      footer={
        <>
          <Button data-autofocus="" onClick={onClose}>
            {isUnchanged ? "Close" : "Cancel"}
          </Button>
          {!isUnchanged && (
            <Button
              variant="danger"
              disabledReason={target.type === "document" ? undefined : "Nothing to revert to."}
              onClick={() => target.type === "document" && discard(target.document)}
            >
              Revert
            </Button>
          )}
        </>
      }
    >
      {!isUnchanged && <Difference target={target} />}
    </Dialog>
  );
}

function Difference({ target }: { readonly target: DiscardTarget }): ReactNode {
  switch (target.type) {
    case "loading":
      return <SkeletonRows label="Loading the published version" rows={3} />;
    case "missing":
      return (
        <p role="alert" className="text-sm text-muted">
          {target.text}
          {target.onRetry && (
            <Button size="sm" className="ml-3" busy={target.isRetrying ?? false} onClick={target.onRetry}>
              Retry
            </Button>
          )}
        </p>
      );
    case "document":
      return <DiscardedChanges document={target.document} />;
  }
}

function DiscardedChanges({ document }: { readonly document: FlowDocument }) {
  const openFlow = useOpenFlow();
  const lines = useMemo(
    () => listUnsavedChangeDescriptions(openFlow.getState(), document),
    [openFlow, document],
  );
  return <ChangeList label="Changes to be discarded" lines={lines} />;
}

type DiscardTarget =
  | { readonly type: "loading" }
  | {
      readonly type: "missing";
      readonly text: string;
      readonly isRetrying?: boolean;
      readonly onRetry?: () => void;
    }
  | { readonly type: "document"; readonly document: FlowDocument };

function usePublishedDocument(): DiscardTarget {
  const openFlow = useOpenFlow();
  const { flow, history } = openFlow.getState();
  const { document } = history;
  const hasPendingInput = hasUnfinishedInput(openFlow.getState());
  const live = useLiveVersionComparison(flow.id, document);
  return useMemo((): DiscardTarget => {
    switch (live.type) {
      case "loading":
        return live;
      case "failed":
        return { ...live, type: "missing" };
      case "nothing-live":
        return { type: "missing", text: "No version of this flow is published." };
      case "unreadable":
        return { type: "missing", text: "The published version can’t be read." };
      case "known":
        if (live.isInexact)
          return {
            type: "missing",
            text: "A number in the published version is too precise to edit here.",
          };
        return hasPendingInput || !isDocumentUnchangedForSave(live.before, document)
          ? { type: "document", document: live.before }
          : { type: "missing", text: "Up to date." };
    }
  }, [live, document, hasPendingInput]);
}
