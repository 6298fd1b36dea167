import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Flow } from "#contract/flow.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextArea } from "#client/ui/text-area.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { describeSteps } from "./describe-steps.ts";
import { quoteName } from "#core/quote-name.ts";

export type PublishDialogProps = {
  /** As the person last saw it; counts that the server did not send are read with the flow. */
  readonly flow: Pick<
    Flow,
    "id" | "name" | "versionToken" | "updatedAt" | "stepCount" | "publishedVersionNumber"
  > & {
    readonly disabledStepCount?: number | undefined;
  };
  readonly onPublished: () => void;
  /** The flow changed elsewhere: show what it is now. The dialog asks to be closed afterwards. */
  readonly onReload: () => void;
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Says what publishing does and does it. Never optimistic: what is live is only what the server said. */
export function PublishDialog({ flow, onPublished, onReload, onClose, returnFocus }: PublishDialogProps) {
  const { data: server } = useQuery(capabilityQueries.current());
  const steps = useStepCounts(flow);
  const [label, setLabel] = useState("");
  const [notes, setNotes] = useState("");
  const { mutate, isPending, error } = useMutation(flowMutations.publish(flow));
  const isStale = error instanceof ApiError && error.status === 412;

  const publish = () => {
    if (isPending) return;
    mutate(
      { ...(label.trim() && { label: label.trim() }), ...(notes.trim() && { notes: notes.trim() }) },
      {
        onSuccess: () => {
          onPublished();
          onClose();
        },
      },
    );
  };

  return (
    <Dialog
      title={`Publish ${quoteName(flow.name)}?`}
      description={
        <>
          {steps && <>{describeSteps(steps.count, steps.disabled)}. </>}
          {typeof flow.publishedVersionNumber === "number"
            ? `Version ${flow.publishedVersionNumber} stops being live and stays in the history. `
            : null}
          The saved draft becomes the version that everything using this flow runs, at once.
        </>
      }
      {...{ onClose, returnFocus }}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {isStale ? (
            <Button
              variant="primary"
              onClick={() => {
                onReload();
                onClose();
              }}
            >
              Show the current flow
            </Button>
          ) : (
            <Button variant="primary" busy={isPending} onClick={publish}>
              Publish
            </Button>
          )}
        </>
      }
    >
      {/* Labels and notes are an extra of this project's own server. */}
      {server?.versionTokens && (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            publish();
          }}
        >
          <TextField
            label="Label"
            hint="Optional. A name to find this version by."
            value={label}
            maxLength={100}
            onChange={(event) => setLabel(event.target.value)}
          />
          <TextArea
            label="Notes"
            hint="Optional. What changed, for whoever reads the history."
            value={notes}
            maxLength={5000}
            onChange={(event) => setNotes(event.target.value)}
          />
        </form>
      )}
      {error && (
        <p role="alert" className="mt-4 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          {describePublishError(error)}
        </p>
      )}
    </Dialog>
  );
}

function describePublishError(error: Error): string {
  if (!(error instanceof ApiError)) return describeError(error);
  if (error.status === 412)
    return "Nothing was published: this flow was changed elsewhere since you saw it. Look at it as it is now, then publish.";
  // The API answers 404 both for a flow that is gone and for one without a draft.
  if (error.status === 404)
    return "There is nothing to publish: the live version is up to date, or the flow was deleted.";
  return describeError(error);
}

function useStepCounts(flow: PublishDialogProps["flow"]) {
  const isMissing = flow.stepCount === undefined;
  const { data } = useQuery({ ...flowQueries.detail(flow.id), enabled: isMissing });
  if (flow.stepCount !== undefined) return { count: flow.stepCount, disabled: flow.disabledStepCount ?? 0 };
  if (!data) return undefined;
  const { flowSteps } = data.flow;
  return {
    count: flowSteps.length,
    disabled: flowSteps.filter((step) => step["enabled"] === false).length,
  };
}
