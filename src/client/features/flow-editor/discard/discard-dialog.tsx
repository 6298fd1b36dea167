import { type ReactNode, useMemo } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { quoteName } from "#core/quote-name.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { describeUnsaved } from "#client/features/flow-editor/describe-unsaved.ts";
import { replaceWork } from "#client/features/flow-editor/tie-texts.ts";
import { NO_TEXTS } from "#client/document/typed-texts.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { announce } from "#client/ui/announce.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { type DiscardTarget, usePublishedDocument } from "./use-published-document.ts";

export type DiscardDialogProps = {
  /** What the flow is to be again. */
  readonly to: "saved" | "published";
  readonly onClose: () => void;
};

/** Shows what would be lost by going back to what is saved or published, before it is. */
export function DiscardDialog({ to, onClose }: DiscardDialogProps) {
  return to === "saved" ? <DiscardToSaved onClose={onClose} /> : <DiscardToPublished onClose={onClose} />;
}

type CloseProps = Pick<DiscardDialogProps, "onClose">;

function DiscardToSaved({ onClose }: CloseProps) {
  const openFlow = useOpenFlow();
  const { base, document } = openFlow.getState().history;
  return (
    <Question
      title="Discard unsaved changes?"
      text={`${quoteName(document.name)} becomes what was last saved.`}
      target={{ type: "document", document: base.document }}
      reason="discard to saved"
      onClose={onClose}
    />
  );
}

function DiscardToPublished({ onClose }: CloseProps) {
  const openFlow = useOpenFlow();
  const { document } = openFlow.getState().history;
  const target = usePublishedDocument();
  return (
    <Question
      title="Discard to what is published?"
      text={`${quoteName(document.name)} becomes what is live. Nothing is saved or published by that.`}
      target={target}
      reason="discard to published"
      onClose={onClose}
    />
  );
}

type QuestionProps = CloseProps & {
  readonly title: string;
  readonly text: string;
  readonly target: DiscardTarget;
  readonly reason: string;
};

function Question({ title, text, target, reason, onClose }: QuestionProps) {
  const openFlow = useOpenFlow();
  const discard = (document: FlowDocument) => {
    replaceWork(openFlow, document, { reason, texts: NO_TEXTS });
    announce("Discarded. Undo brings the changes back.");
    onClose();
  };
  return (
    <Dialog
      role="alertdialog"
      title={title}
      description={`${text} Undo brings everything back.`}
      onClose={onClose}
      footer={
        <>
          <Button data-autofocus="" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            disabledReason={target.type === "document" ? undefined : "There is nothing to go back to yet."}
            onClick={() => target.type === "document" && discard(target.document)}
          >
            Discard
          </Button>
        </>
      }
    >
      <Difference target={target} />
    </Dialog>
  );
}

function Difference({ target }: { readonly target: DiscardTarget }): ReactNode {
  switch (target.type) {
    case "loading":
      return <SkeletonRows label="Reading what is published" rows={3} />;
    case "missing":
      return (
        <p role="alert" className="text-sm text-muted">
          {target.text}
          {target.onRetry && (
            <Button size="sm" className="ml-3" busy={target.isRetrying ?? false} onClick={target.onRetry}>
              Try again
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
  const lines = useMemo(() => describeUnsaved(openFlow.getState(), document), [openFlow, document]);
  return <ChangeList label="Changes to be discarded" lines={lines} />;
}
