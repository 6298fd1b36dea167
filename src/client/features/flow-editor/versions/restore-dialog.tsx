import { type ReactNode, useMemo } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { quoteName } from "#core/quote-name.ts";
import { parseVersionLike } from "#core/read-definition.ts";
import { isSameDocument } from "#core/save-body.ts";
import { findStep } from "#core/step-list.ts";
import { needsMending } from "#client/document/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { replaceWork } from "#client/features/flow-editor/tie-texts.ts";
import { NO_TEXTS } from "#client/document/typed-texts.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { DifferenceLine } from "#client/flow/difference-line.tsx";
import { describeDifference } from "#client/flow/flow-difference.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { noRestoreReason } from "./no-restore-reason.ts";
import { useVersion } from "./use-version.ts";
import type { VersionRef } from "./use-version-commands.ts";

/** A version that was put back, as the editor then holds it. */
export interface Restored {
  readonly version: VersionRef;
  readonly document: FlowDocument;
}

type RestoreDialogProps = {
  readonly version: VersionRef;
  readonly onRestored: (restored: Restored) => void;
  readonly onClose: () => void;
};

/** Shows what would change in the editor if it held this version, and puts it there as one edit that can be undone. */
export function RestoreDialog({ version, onRestored, onClose }: RestoreDialogProps) {
  const openFlow = useOpenFlow();
  const flowId = useOpenFlowState((state) => state.flow.id);
  const before = useOpenFlowState(({ history }) => history.document);
  const isInexact = useOpenFlowState((state) => state.isInexact);
  const hasTexts = useOpenFlowState(needsMending);
  const content = useVersion(flowId, version.id);
  const after = useMemo(
    () => (content.type === "known" ? parseVersionLike(before, content.definition) : undefined),
    [content, before],
  );
  const name = `version ${version.versionNumber}`;
  const reason =
    content.type === "missing" || content.type === "failed"
      ? content.text
      : (noRestoreReason(content) ??
        (isInexact
          ? "This flow holds a number that this page cannot keep exactly, so its steps cannot be replaced from here."
          : after && !hasTexts && isSameDocument(before, after)
            ? `The editor holds just what ${name} holds.`
            : undefined));

  const restore = () => {
    if (!after) return;
    replaceWork(openFlow, after, { reason: `restore ${name}`, texts: NO_TEXTS });
    onClose();
    onRestored({ version, document: openFlow.getState().history.document });
  };
  return (
    <Dialog
      size="lg"
      title={`Restore ${name}?`}
      description={`${quoteName(before.name)} becomes in the editor what ${name} holds. Nothing is saved or published by that, and undo brings everything back.`}
      onClose={onClose}
      footer={
        <>
          <Button data-autofocus="" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            disabledReason={reason ?? (after ? undefined : "The version is being read.")}
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
            Try again
          </Button>
        </p>
      ) : reason !== undefined ? (
        <p role="alert" className="text-sm text-muted">
          {reason}
        </p>
      ) : after ? (
        <WhatChanges {...{ before, after, hasTexts }} />
      ) : (
        <SkeletonRows label="Reading the version" rows={3} />
      )}
    </Dialog>
  );
}

type WhatChangesProps = {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly hasTexts: boolean;
};

function WhatChanges({ before, after, hasTexts }: WhatChangesProps): ReactNode {
  const lines = useMemo(() => describeDifference(before, after), [before, after]);
  return (
    <>
      {hasTexts && (
        <p className="mb-2 text-sm text-muted">
          What was typed and is no edit yet goes with it, and comes back with the undo.
        </p>
      )}
      <DifferenceLine before={before} after={after} />
      <ChangeList
        label="What changes in the editor"
        lines={lines}
        findStep={(key) => findStep(after, key) ?? findStep(before, key)}
      />
    </>
  );
}
