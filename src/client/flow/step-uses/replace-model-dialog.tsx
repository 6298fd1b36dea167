import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import type { MatchedFlow } from "#contract/step-search.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { describeRequestErrorForUser, isRetryableError } from "#client/data/api/api-error.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { readAllStepUses } from "#client/data/queries/step-search-queries.ts";
import { BulkDialog } from "#client/flow/bulk/bulk-dialog.tsx";
import {
  BulkPreviewList,
  BulkReadProgress,
  type PreviewedItem,
  SkippedFlows,
} from "#client/flow/bulk/bulk-preview.tsx";
import {
  INEXACT_NUMBER_REASON,
  type PlannedFlowEdit,
  type ReadFlow,
  planFlowEdit,
  readFlowForEdit,
  saveFlowEdit,
} from "#client/flow/bulk/flow-edit.ts";
import { listFinished, useBulkRun } from "#client/flow/bulk/use-bulk-run.ts";
import { ModelField } from "#client/flow/pickers/model-field.tsx";
import { ChangeList } from "#client/flow/change-list.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { replaceModelInDocument } from "./replace-model.ts";

/** Maximum number of flows that one replacement reads and previews. */
const MAX_FLOWS = 1000;

type ReplaceModelDialogProps = {
  readonly model: string;
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Replaces a model in all flows that use it, after a preview of each flow. */
export function ReplaceModelDialog({ model, ...closing }: ReplaceModelDialogProps) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["flows to replace a model in", model],
    queryFn: ({ signal }) => readAllStepUses("model", model, MAX_FLOWS, signal),
    retry: false,
    // Never refetches: the replacement must act on the flows that were previewed.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  // Leaves out flows that are being deleted, because a change would make the server refuse their deletion.
  const pendingDeletions = useIdsOfPendingDeletions();
  const [deleted] = useState(pendingDeletions);
  if (data) {
    const flows = data.flows.filter(({ id }) => !deleted.has(id));
    return <ReplaceModelInFlows model={model} flows={flows} {...closing} isComplete={data.isComplete} />;
  }
  return (
    <Dialog title={`Replace ${quoteName(model)}`} {...closing}>
      {error ? (
        <ErrorState
          title="Couldn’t load the flows"
          text={describeRequestErrorForUser(error)}
          headingLevel={3}
          retrying={isFetching}
          {...(isRetryableError(error) && { onRetry: () => void refetch() })}
        />
      ) : (
        <SkeletonRows label="Loading the flows" rows={4} />
      )}
    </Dialog>
  );
}

type PlannedReplacement = PlannedFlowEdit & PreviewedItem;
type PlanResult = PlannedReplacement | { readonly reason: string };

const words = { verb: "Change", running: "Changing", done: "changed" };

type ReplaceModelInFlowsProps = ReplaceModelDialogProps & {
  readonly flows: readonly MatchedFlow[];
  readonly isComplete: boolean;
};

function ReplaceModelInFlows({ model, flows, isComplete, ...closing }: ReplaceModelInFlowsProps) {
  const client = useQueryClient();
  const { stopOnUnmount, ...reading } = useBulkRun<MatchedFlow, ReadFlow>();
  const planning = useBulkRun<MatchedFlow, PlanResult>();
  const [text, setText] = useState("");
  /** The model of the preview; undefined before a preview. */
  const [planned, setPlanned] = useState<string>();
  const [excluded, setExcluded] = useState<ReadonlySet<string>>(new Set());
  const read = useMemo(() => listFinished(reading.state), [reading.state]);
  /** The model of a preview that was asked for while the flows were still being read. */
  const awaited = useRef<string>(undefined);
  const isReading = reading.state.status !== "ended";
  const isPlanned = planned !== undefined && !isReading && planning.state.status === "ended";
  const name = text.trim();
  const mistake = name === model ? "Choose another model." : undefined;

  const plan = (readFlows: typeof read, replacement: string) => {
    const results = new Map(readFlows.map(({ item, result }) => [item.id, result]));
    planning.start(
      readFlows.map(({ item }) => item),
      { perform: ({ id }) => planReplacement(results.get(id), model, replacement), atOnce: 1 },
    );
  };
  const readOptions = {
    perform: readFlowForEdit,
    atOnce: 4,
    onEnd: (ended: typeof reading.state) => {
      if (awaited.current !== undefined) plan(listFinished(ended), awaited.current);
    },
  };
  const preview = () => {
    if (name === "" || mistake !== undefined) return;
    awaited.current = name;
    setPlanned(name);
    setExcluded(new Set());
    if (!isReading) plan(read, name);
  };
  const results = isPlanned ? listFinished(planning.state) : [];
  const plans = results.flatMap(({ result }) => ("target" in result ? result : []));
  const items = plans.filter(({ id }) => !excluded.has(id));
  const unchanged = results.flatMap(({ item, result }) =>
    "reason" in result ? { item, reason: result.reason } : [],
  );
  const leftOut = plans.filter(({ id }) => excluded.has(id)).map((item) => ({ item, reason: "Skipped." }));

  return (
    <BulkDialog
      title={`Replace ${quoteName(model)} in ${formatCount(flows.length, "flow")}`}
      description="Changes the saved drafts. Nothing is published."
      size="xl"
      words={words}
      items={items}
      {...closing}
      skipped={[...unchanged, ...leftOut]}
      blocked={explainBlocked({ isReading, isPlanned, isCurrent: planned === name, count: items.length })}
      perform={saveFlowEdit}
      onEnd={() => void client.invalidateQueries({ queryKey: flowQueries.all() })}
      onReview={(unfinished) => {
        const ids = new Set(unfinished.map(({ id }) => id));
        planning.reset();
        setPlanned(undefined);
        awaited.current = undefined;
        reading.start(
          flows.filter(({ id }) => ids.has(id)),
          readOptions,
        );
      }}
    >
      <RunOnMount run={() => reading.state.status === "idle" && reading.start(flows, readOptions)} />
      <div ref={stopOnUnmount} className="flex flex-col gap-3">
        {!isComplete && (
          <p className="text-sm text-warning">
            {`Not all flows are listed: more than ${formatNumber(MAX_FLOWS)} use this model, or the server is still indexing flows.`}
          </p>
        )}
        <BulkReadProgress
          label="Loading the flows"
          state={reading.state}
          onRetry={() => reading.retry(readOptions)}
        />
        <form
          className="flex flex-wrap items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            preview();
          }}
        >
          <ModelField
            label="New model"
            value={text}
            error={mistake}
            fallback={documentedModels}
            isFocusedFirst
            onValueChange={setText}
            className="min-w-56 flex-1"
          />
          <Button
            type="submit"
            className="mt-6"
            busy={isReading && planned !== undefined}
            disabledReason={name === "" ? "Enter the new model." : mistake}
          >
            Preview
          </Button>
        </form>
        {planned !== undefined && !isPlanned && !isReading && (
          <BulkReadProgress label="Checking what would change" state={planning.state} onRetry={preview} />
        )}
        <SkippedFlows skipped={unchanged} />
        {plans.length > 0 && (
          <BulkPreviewList label="Changes" items={plans} excluded={excluded} onExclude={setExcluded}>
            {({ name: flowName, lines }) => (
              <ChangeList label={`Changes of ${quoteName(flowName)}`} lines={lines} />
            )}
          </BulkPreviewList>
        )}
      </div>
    </BulkDialog>
  );
}

interface Progress {
  readonly isReading: boolean;
  readonly isPlanned: boolean;
  /** Whether the preview is that of the model in the field. */
  readonly isCurrent: boolean;
  readonly count: number;
}

function explainBlocked({ isReading, isPlanned, isCurrent, count }: Progress): string | undefined {
  if (isReading) return "Loading the flows…";
  if (!isPlanned || !isCurrent) return "Preview the changes first.";
  return count === 0 ? "No flow would change." : undefined;
}

const documentedModels = listDocumentedModels();

function listDocumentedModels(): readonly string[] {
  const field = findStepDescription("prompt")?.fields.find(({ path }) => path[0] === "model");
  return field?.control.type === "choice" ? field.control.options.map(({ value }) => value) : [];
}

/** Plans the replacement in one flow. Yields to the event loop first, so that the page stays responsive. */
async function planReplacement(
  read: ReadFlow | undefined,
  model: string,
  replacement: string,
): Promise<PlanResult> {
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
  const before = read?.document;
  if (!before) return { reason: INEXACT_NUMBER_REASON };
  const { document: after, steps } = replaceModelInDocument(before, model, replacement);
  const plan = steps > 0 && (await planFlowEdit(read, before, after));
  if (!plan) return { reason: "No longer uses this model." };
  return { ...plan, summary: formatCount(steps, "step"), isDangerous: false };
}
