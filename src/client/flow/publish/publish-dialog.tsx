import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { VERSION_LIMITS } from "#contract/flow.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { quoteName } from "#core/quote-name.ts";
import { isEnabled } from "#core/step.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import type { FlowTarget } from "#client/data/write-flow.ts";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextArea } from "#client/ui/text-area.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { draftVersion } from "./draft-version.ts";
import { LiveDifference } from "#client/flow/live-difference.tsx";
import { OpenProblems } from "./open-problems.tsx";
import { useLiveComparison } from "#client/flow/use-live-comparison.ts";
import { useOpenProblems } from "./use-open-problems.ts";
import { type Saved, usePublish } from "./use-publish.ts";

export type PublishDialogProps = {
  readonly flow: FlowTarget & { readonly name: string };
  /** What stands on the page, unsaved edits included; without it the saved flow is read. */
  readonly document?: FlowDocument;
  /** There are unsaved edits: saves them. Resolves to what the server holds then, or undefined where that failed. */
  readonly onSave?: (() => Promise<Saved | undefined>) | undefined;
  readonly onShowStep?: (key: StepKey) => void;
  readonly onPublished: () => void;
  /** The flow changed elsewhere: show what it is now. */
  readonly onReload: () => void;
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Shows what would go live against what is live, and does it. Never optimistic: live is only what the server said. */
export function PublishDialog(props: PublishDialogProps) {
  const { flow, onSave, onShowStep, onPublished, onReload, onClose, returnFocus } = props;
  const { data: server } = useQuery(capabilityQueries.current());
  const { target, document } = useCandidate(props);
  const comparison = useLiveComparison(flow.id, document);
  const check = useOpenProblems(document);
  const problems = check.type === "known" ? check.problems : [];
  const hasErrors = problems.some(({ severity }) => severity === "error");
  const [isAccepted, setAccepted] = useState(false);
  const draft = useMemo(() => draftVersion(comparison), [comparison]);
  const [label, setLabel] = useState<string>();
  const [notes, setNotes] = useState<string>();
  // Labels and notes are an extra of this project's own server.
  const hasNotes = server?.versionTokens === true;

  const { publish, stage, failure } = usePublish({
    candidate: target && document ? { target, document } : undefined,
    live: comparison,
    onSave,
    body: hasNotes ? { label: (label ?? draft.label).trim(), notes: (notes ?? draft.notes).trim() } : {},
    onDone: () => {
      onPublished();
      onClose();
    },
  });
  const blocked =
    !document || check.type === "loading"
      ? "The flow is being read."
      : hasErrors && !isAccepted
        ? "Say first that you know of the errors."
        : undefined;
  const isOld = failure?.isOutOfDate === true && !props.document;

  return (
    <Dialog
      size="lg"
      title={`Publish ${quoteName(flow.name)}?`}
      description={
        <>
          {document && <>{describeSteps(document.steps.length, countOff(document))}. </>}
          {comparison.type === "known" || comparison.type === "unreadable"
            ? `Version ${comparison.live.versionNumber} stops being live and stays in the history. `
            : null}
          {onSave ? "Your edits are saved, and " : "What is saved "}
          {onSave ? "what is saved then becomes" : "becomes"} the version that everything using this flow
          runs, at once.
        </>
      }
      {...{ onClose, returnFocus }}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {isOld && <Button onClick={onReload}>Show the current flow</Button>}
          <Button
            variant="primary"
            busy={stage !== "idle"}
            disabledReason={blocked}
            onClick={() => void publish()}
          >
            {onSave ? "Save and publish" : "Publish"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <section aria-label="What goes live">
          <LiveDifference comparison={comparison} />
        </section>
        {problems.length > 0 && (
          <OpenProblems {...{ problems, isAccepted, onShowStep }} onAccept={setAccepted} />
        )}
        {hasNotes && (
          <>
            <TextField
              label="Label"
              hint="Optional. A name to find this version by."
              value={label ?? draft.label}
              maxLength={VERSION_LIMITS.label}
              onChange={(event) => setLabel(event.target.value)}
            />
            <TextArea
              label="Notes"
              hint="Optional. What changed, for whoever reads the history."
              value={notes ?? draft.notes}
              maxLength={VERSION_LIMITS.notes}
              onChange={(event) => setNotes(event.target.value)}
            />
          </>
        )}
        {failure && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {failure.text}
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** What would be published, and how it is named to the server. */
function useCandidate({ flow, document }: Pick<PublishDialogProps, "flow" | "document">) {
  const { data } = useQuery({ ...flowQueries.detail(flow.id), enabled: !document });
  return useMemo(() => {
    if (document) return { target: flow, document };
    return { target: data?.flow, document: data && parseFlow(data.flow) };
  }, [flow, document, data]);
}

function countOff({ steps }: FlowDocument): number {
  return steps.filter((node) => !isEnabled(node)).length;
}
