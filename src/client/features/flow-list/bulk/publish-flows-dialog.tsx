import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Flow, FlowListItem, PublishFlowBody } from "#contract/flow.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { DocumentChangeDescription } from "#core/difference/document-change-description.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { loadDataflowAnalyzer } from "#client/document/analysis/load-dataflow-analyzer.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import type { FlowIdWithSeenVersion } from "#client/data/api/write-flow.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { type VersionQueryData, versionQueries } from "#client/data/queries/version-queries.ts";
import { BulkDialog } from "#client/flow/bulk/bulk-dialog.tsx";
import {
  BulkPreviewList,
  BulkReadProgress,
  type PreviewedItem,
  SkippedFlows,
} from "#client/flow/bulk/bulk-preview.tsx";
import { listFinished, useBulkRun } from "#client/flow/bulk/use-bulk-run.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { getPublishState } from "#client/flow/publish-state.ts";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import { completeOnboardingTask } from "#client/flow/onboarding/onboarding-state.ts";
import {
  type LiveVersionComparison,
  compareWithLiveVersion,
  fetchLiveVersionId,
  getComparedLiveVersionId,
} from "#client/flow/live-comparison.tsx";
import {
  UnresolvedProblemList,
  listReportedProblems,
} from "#client/flow/publish/unresolved-problem-list.tsx";
import { PublishedScheduleNote } from "#client/flow/schedules/schedule-notes.tsx";
import { suggestVersionTexts } from "#client/flow/publish/publish-dialog.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { RunOnMount } from "#client/ui/overlays/dialog.tsx";
import type { BulkFlowDialogProps } from "./bulk-actions.tsx";

interface PlannedPublication extends PreviewedItem {
  readonly target: FlowIdWithSeenVersion;
  /** Id of the live version with which the flow was compared; null if no version was live. */
  readonly liveId: string | null;
  readonly explanation: string | undefined;
  readonly lines: readonly DocumentChangeDescription[];
  readonly problems: readonly Problem[];
  readonly body: PublishFlowBody;
  /** The same for all attempts, so that a repeated request does not publish twice. */
  readonly idempotencyKey: string;
}

const words = { verb: "Publish", running: "Publishing", done: "published" };

const UP_TO_DATE = "Nothing to publish: up to date.";

/** Previews the changes and problems of each flow, and publishes them after one confirmation. */
export function PublishFlowsDialog({ flows, onClose, returnFocus }: BulkFlowDialogProps) {
  const client = useQueryClient();
  const { stopOnUnmount, ...reading } = useBulkRun<FlowListItem, PlannedPublication | undefined>();
  const [excluded, setExcluded] = useState<ReadonlySet<string>>(new Set());
  const [isAccepted, setAccepted] = useState(false);
  /** Ids of flows for which a request was sent: another live version may then be the result of that request. */
  const [sent] = useState(() => new Set<string>());
  const options = {
    perform: (flow: FlowListItem) => planPublication(client, flow),
    atOnce: 4,
    onEnd: (ended: typeof reading.state) => {
      const count = listFinished(ended).filter(({ result }) => result).length;
      announceToScreenReaders(`${formatCount(count, "flow")} to publish.`);
    },
  };
  const isReading = reading.state.status !== "ended";
  const read = listFinished(reading.state);
  const plans = read.flatMap(({ result }) => result ?? []);
  const items = plans.filter(({ id }) => !excluded.has(id));
  const upToDate = read.filter(({ result }) => result === undefined);
  const skipped = [
    ...upToDate.map(({ item }) => ({ item, reason: UP_TO_DATE })),
    ...plans.filter(({ id }) => excluded.has(id)).map((item) => ({ item, reason: "Skipped." })),
  ];
  const hasErrors = items.some(({ isDangerous }) => isDangerous);

  return (
    <BulkDialog
      title={`Publish ${formatCount(flows.length, "flow")}?`}
      description="The saved drafts go live immediately."
      size="xl"
      words={words}
      items={items}
      skipped={skipped}
      onClose={onClose}
      returnFocus={returnFocus}
      blocked={isReading ? "Loading the changes…" : explainBlocked(items, isAccepted)}
      perform={(plan) => publishPlanned(client, plan, sent)}
      onEnd={() => {
        completeOnboardingTask("publish");
        void client.invalidateQueries({ queryKey: flowQueries.all() });
      }}
      onReview={(unfinished) => {
        setAccepted(false);
        const ids = new Set(unfinished.map(({ id }) => id));
        for (const id of ids) sent.delete(id);
        reading.start(
          flows.filter(({ id }) => ids.has(id)),
          options,
        );
      }}
    >
      <RunOnMount
        run={() => {
          if (reading.state.status === "idle") reading.start(flows, options);
        }}
      />
      <div ref={stopOnUnmount} className="flex flex-col gap-3">
        <BulkReadProgress
          label="Comparing with the live versions"
          state={reading.state}
          onRetry={() => reading.retry(options)}
        />
        {!isReading && <SkippedFlows skipped={skipped.filter(({ reason }) => reason === UP_TO_DATE)} />}
        {!isReading && plans.length > 0 && (
          <BulkPreviewList
            label="Changes going live"
            items={plans}
            excluded={excluded}
            onExclude={(next) => {
              setExcluded(next);
              setAccepted(false);
            }}
          >
            {({ name, explanation, lines, problems }) => (
              <>
                {explanation !== undefined && <p className="text-muted">{explanation}</p>}
                {lines.length > 0 && <ChangeList label={`Changes of ${quoteName(name)}`} lines={lines} />}
                {problems.length > 0 && (
                  <UnresolvedProblemList label={`Problems of ${quoteName(name)}`} problems={problems} />
                )}
              </>
            )}
          </BulkPreviewList>
        )}
        {!isReading && <PublishedScheduleNote flowIds={plans.map(({ id }) => id)} excluded={excluded} />}
        {!isReading && hasErrors && (
          <label className="flex items-start gap-2 text-sm font-medium">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={isAccepted}
              onChange={(event) => setAccepted(event.target.checked)}
            />
            <span>Publish anyway. Steps with errors may fail.</span>
          </label>
        )}
      </div>
    </BulkDialog>
  );
}

function explainBlocked(items: readonly PlannedPublication[], isAccepted: boolean): string | undefined {
  if (items.length === 0) return "No flow to publish.";
  const hasErrors = items.some(({ isDangerous }) => isDangerous);
  return hasErrors && !isAccepted ? "Confirm the errors above to publish." : undefined;
}

/** Compares a flow with its live version; undefined if there is nothing to publish. */
async function planPublication(
  client: QueryClient,
  { id }: FlowListItem,
): Promise<PlannedPublication | undefined> {
  const flow = await callEndpoint("getFlow", { params: { id } });
  const state = getPublishState(flow);
  if (state === "published") return undefined;
  const document = parseFlowDocument(flow);
  const comparison = compareWithLiveVersion(await readLiveVersion(client, flow), document);
  const lines = comparison.type === "known" ? comparison.lines : [];
  const isUnchanged = comparison.type === "known" && lines.length === 0;
  // Without a reported state, publishing would fail as if the flow did not exist.
  if (isUnchanged && state === undefined) return undefined;
  const dataflowAnalyzer = await loadDataflowAnalyzer();
  const problems = listReportedProblems(dataflowAnalyzer.analyze(document).problems);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const { versionToken, updatedAt, name } = flow;
  return {
    id,
    name,
    target: { id, versionToken, updatedAt },
    liveId: getComparedLiveVersionId(comparison) ?? null,
    explanation: explainComparison(comparison, document),
    lines,
    problems,
    summary: [
      comparison.type === "nothing-live" ? "First publish" : formatCount(lines.length, "change"),
      ...(errors > 0 ? [formatCount(errors, "error")] : []),
    ].join(", "),
    isDangerous: errors > 0,
    body: suggestVersionTexts(comparison),
    idempotencyKey: createSortableId("publish"),
  };
}

/** Reads the live version, by its id if the server sends that with the flow; null if no version is live. */
async function readLiveVersion(
  client: QueryClient,
  { id, publishedVersionId }: Flow,
): Promise<VersionQueryData | null> {
  if (publishedVersionId === null) return null;
  const once = { staleTime: 0, gcTime: 0, retry: false } as const;
  return publishedVersionId === undefined
    ? client.query({ ...versionQueries.published(id), ...once })
    : client.query({ ...versionQueries.detail(id, publishedVersionId), ...once });
}

function explainComparison(comparison: LiveVersionComparison, document: FlowDocument): string | undefined {
  switch (comparison.type) {
    case "nothing-live":
      return `The whole flow goes live: ${formatDocumentStepCount(document)}.`;
    case "unreadable":
      return "The live version has an unknown format, so changes can’t be shown.";
    default:
      return "lines" in comparison && comparison.lines.length === 0
        ? "No differences from the live version."
        : undefined;
  }
}

/** Returns the id of the live version; null if no version is live, undefined if it is unknown. */
async function readLiveVersionId(client: QueryClient, id: string): Promise<string | null | undefined> {
  const { publishedVersionId } = await callEndpoint("getFlow", { params: { id } });
  return publishedVersionId === undefined ? fetchLiveVersionId(client, id) : publishedVersionId;
}

/** Publishes only what the preview showed. Resolves to a note if another client has published the draft. */
async function publishPlanned(
  client: QueryClient,
  { id, target, liveId, body, idempotencyKey }: PlannedPublication,
  sent: Set<string>,
): Promise<string | undefined> {
  const live = sent.has(id) ? liveId : await readLiveVersionId(client, id);
  if (live !== undefined && live !== liveId) throw new ApiError(412, "Another version went live.");
  sent.add(id);
  const { meta: _meta, ...mutation } = flowMutations.publish(target, idempotencyKey);
  try {
    await runMutationOutsideComponent(client, mutation, body);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    // Throws if the flow was deleted; a flow without a draft version gets the same 404.
    await callEndpoint("getFlow", { params: { id } });
    return UP_TO_DATE;
  }
}
