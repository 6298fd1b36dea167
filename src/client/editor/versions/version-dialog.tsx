import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { parseVersionReusingStepKeys } from "#core/document/parse-version-config.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { findStep } from "#core/document/step-list.ts";
import { hasUnfinishedInput } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { replaceFlowAndPendingInput } from "#client/editor/session/bind-pending-input.ts";
import { NO_PENDING_USER_INPUT } from "#client/document/pending-input.ts";
import { ChangeList, describeFlowDifference } from "#client/flow/change-list.tsx";
import { FlowDifferenceDiagram } from "#client/flow/flow-difference-diagram.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import { LiveVersionDifference } from "#client/flow/live-difference.tsx";
import {
  UnresolvedProblemList,
  useUnresolvedFlowProblems,
} from "#client/flow/publish/unresolved-problem-list.tsx";
import {
  getComparedLiveVersionId,
  fetchLiveVersionId,
  explainWaitForLiveVersion,
  labelPublishButton,
  type LiveVersionComparison,
  useLiveVersionComparison,
} from "#client/flow/live-comparison.tsx";
import { showPublishedToast } from "#client/flow/publish/show-published-toast.ts";
import { ErrorNote } from "#client/page/error-note.tsx";
import { explainWhyNotRestorable, useVersionContent } from "./use-version-list.ts";
import type { OpenVersionDialogState, FlowVersionIdNumberAndLabel } from "./use-version-actions.ts";

export interface RestoredVersionDocument {
  readonly version: FlowVersionIdNumberAndLabel;
  readonly document: FlowDocument;
}

type VersionDialogProps = {
  readonly dialog: OpenVersionDialogState;
  readonly onRestored: (restored: RestoredVersionDocument) => void;
  readonly onClose: () => void;
};

export function VersionDialog({ dialog, onRestored, onClose }: VersionDialogProps) {
  switch (dialog.type) {
    case "restore":
      return <RestoreDialog version={dialog.version} onRestored={onRestored} onClose={onClose} />;
    case "publish":
      return <PublishVersionDialog version={dialog.version} onClose={onClose} />;
  }
}

type RestoreDialogProps = {
  readonly version: FlowVersionIdNumberAndLabel;
  readonly onRestored: (restored: RestoredVersionDocument) => void;
  readonly onClose: () => void;
};

function RestoreDialog({ version, onRestored, onClose }: RestoreDialogProps) {
  const openFlow = useOpenFlow();
  const flowId = useOpenFlowState((state) => state.flow.id);
  const before = useOpenFlowState(({ history }) => history.document);
  const isInexact = useOpenFlowState((state) => state.isInexact);
  const hasPendingInput = useOpenFlowState(hasUnfinishedInput);
  const content = useVersionContent(flowId, version.id);
  const after = useMemo(
    () => (content.type === "known" ? parseVersionReusingStepKeys(before, content.definition) : undefined),
    [content, before],
  );
  const name = `version ${version.versionNumber}`;
  const viewOnlyReason = useViewOnlyReason();
  const findReason = (): string | undefined => {
    if (viewOnlyReason !== undefined) return viewOnlyReason;
    if (content.type === "missing" || content.type === "failed") return content.text;
    const reasonOfVersion = explainWhyNotRestorable(content);
    if (reasonOfVersion !== undefined) return reasonOfVersion;
    if (isInexact) return "A number in this flow is too precise to edit here. Steps are read-only.";
    const isSame = after && !hasPendingInput && isDocumentUnchangedForSave(before, after);
    return isSame ? `No differences from ${name}.` : undefined;
  };
  const reason = findReason();

  const restore = () => {
    if (!after) return;
    replaceFlowAndPendingInput(openFlow, after, { reason: `restore ${name}`, texts: NO_PENDING_USER_INPUT });
    onClose();
    onRestored({ version, document: openFlow.getState().history.document });
  };
  const changes = after ? (
    <RestoreDifference before={before} after={after} hasPendingInput={hasPendingInput} />
  ) : (
    <SkeletonRows label="Loading version" rows={3} />
  );
  return (
    <Dialog
      size="lg"
      title={`Restore ${name}?`}
      description={`Loads ${name} into the editor. Nothing is saved or published; you can undo.`}
      onClose={onClose}
      footer={
        <>
          <Button data-autofocus="" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            disabledReason={reason ?? (after ? undefined : "Loading the version…")}
            onClick={restore}
          >
            Restore
          </Button>
        </>
      }
    >
      {content.type === "failed" ? (
        <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-danger">
          {content.text}
          <Button size="sm" busy={content.isRetrying} onClick={content.onRetry}>
            Retry
          </Button>
        </p>
      ) : reason !== undefined ? (
        <p role="alert" className="text-sm text-muted">
          {reason}
        </p>
      ) : (
        changes
      )}
    </Dialog>
  );
}

type RestoreDifferenceProps = {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly hasPendingInput: boolean;
};

function RestoreDifference({ before, after, hasPendingInput }: RestoreDifferenceProps): ReactNode {
  const lines = useMemo(() => describeFlowDifference(before, after), [before, after]);
  return (
    <>
      {hasPendingInput && (
        <p className="mb-2 text-sm text-muted">Unapplied input is replaced too. Undo restores it.</p>
      )}
      <FlowDifferenceDiagram before={before} after={after} />
      <ChangeList
        label="Changes in the editor"
        lines={lines}
        findStep={(key) => findStep(after, key) ?? findStep(before, key)}
      />
    </>
  );
}

type PublishVersionDialogProps = {
  readonly version: FlowVersionIdNumberAndLabel;
  readonly onClose: () => void;
};

/** Previews and publishes a version. The flow in the editor and the saved flow do not change. */
function PublishVersionDialog({ version, onClose }: PublishVersionDialogProps) {
  const flow = useOpenFlowState((state) => state.flow);
  const content = useVersionContent(flow.id, version.id);
  const definition = content.type === "known" ? content.definition : undefined;
  const document = useMemo(
    () => definition && parseFlowDocument({ ...definition, name: definition.name || flow.name }),
    [definition, flow.name],
  );
  const comparison = useLiveVersionComparison(flow.id, document);
  const check = useUnresolvedFlowProblems(document);
  const problems = check.type === "known" ? check.problems : [];
  const hasErrors = problems.some(({ severity }) => severity === "error");
  const [isAccepted, setAccepted] = useState(false);
  const { publish, isPublishing, failure } = usePublishVersion(version, comparison, onClose);

  const live = comparison.type === "known" || comparison.type === "unreadable" ? comparison.live : undefined;
  const isUnreadable = content.type === "unreadable";
  const missing = content.type === "missing" || content.type === "failed" ? content : undefined;
  const isReading = !document || check.type === "loading" || comparison.type === "loading";
  const viewOnlyReason = useViewOnlyReason();
  const findBlockingReason = (): string | undefined => {
    if (missing) return "Nothing to publish.";
    if (live?.id === version.id) return "This version is live.";
    if (!isUnreadable && isReading) return "Loading the version…";
    if (hasErrors && !isAccepted) return "Confirm the errors above to publish.";
    return isUnreadable && comparison.type === "loading" ? undefined : explainWaitForLiveVersion(comparison);
  };
  return (
    <Dialog
      size="lg"
      title={`Publish version ${version.versionNumber}?`}
      description={
        <>
          {version.label && <bdi>“{version.label}”. </bdi>}
          {document && <>{formatDocumentStepCount(document)}. </>}
          {live && live.id !== version.id && `Replaces version ${live.versionNumber}. `}
          Version {version.versionNumber} goes live immediately. The saved draft and your edits don’t change.
        </>
      }
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={isPublishing}
            disabledReason={viewOnlyReason ?? findBlockingReason()}
            onClick={() => void publish()}
          >
            {labelPublishButton("Publish", comparison)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {missing ? (
          <p role="alert" className="text-sm text-danger">
            {missing.text}
          </p>
        ) : isUnreadable ? (
          <p className="text-sm text-muted">This version has an unknown format, so changes can’t be shown.</p>
        ) : (
          <section aria-label="Changes going live">
            <LiveVersionDifference comparison={comparison} />
          </section>
        )}
        {problems.length > 0 && (
          <UnresolvedProblemList problems={problems} isAccepted={isAccepted} onAccept={setAccepted} />
        )}
        {failure !== undefined && <ErrorNote error={failure.error}>{failure.text}</ErrorNote>}
      </div>
    </Dialog>
  );
}

/** Publishes a version unless another version went live since the preview; in that case, updates the preview. */
function usePublishVersion(
  { id, versionNumber }: FlowVersionIdNumberAndLabel,
  comparison: LiveVersionComparison,
  onDone: () => void,
) {
  const seenLive = getComparedLiveVersionId(comparison);
  const navigate = useNavigate();
  const client = useQueryClient();
  const flow = useOpenFlowState((state) => state.flow);
  const [isPublishing, setPublishing] = useState(false);
  const [failure, setFailure] = useState<{ readonly text: string; readonly error?: unknown }>();
  const { mutateAsync } = useMutation(flowMutations.publishVersion(flow));

  const attempt = async (): Promise<typeof failure> => {
    const live = await fetchLiveVersionId(client, flow.id);
    if (live !== undefined && live !== seenLive)
      return {
        text: "Not published: another version went live. Review, then publish.",
      };
    try {
      await mutateAsync(id);
      return undefined;
    } catch (error) {
      return { text: describeFailure(error), error };
    }
  };
  const publish = async () => {
    if (isPublishing) return;
    setPublishing(true);
    setFailure(undefined);
    const reason = await attempt();
    setPublishing(false);
    if (reason !== undefined) return setFailure(reason);
    showPublishedToast(client, {
      flowId: flow.id,
      versionId: id,
      previous: "live" in comparison ? comparison.live : undefined,
      text: `Published version ${versionNumber}.`,
      onView: (versionId) =>
        void navigate({ to: "/flows/$flowId/versions/$versionId", params: { flowId: flow.id, versionId } }),
    });
    onDone();
  };
  return { publish, isPublishing, failure };
}

function describeFailure(error: unknown): string {
  switch (error instanceof ApiError ? error.status : undefined) {
    case 412:
      // A retry can succeed: the failure refetches the flow, and with it the current version token.
      return "Not published: the flow was saved elsewhere. Publish again to continue.";
    case 404:
      return "Not published: the version or the flow was deleted.";
    default:
      return describeRequestErrorForUser(error);
  }
}
