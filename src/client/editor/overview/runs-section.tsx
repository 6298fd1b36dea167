import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { BatchState } from "#contract/run.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { isUnavailableFeatureError } from "#client/data/queries/api-features.ts";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { flowRunQueries, useHasRunEvents } from "#client/data/queries/run-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { formatBatchDuration } from "#client/flow/runs/describe-batch-progress.ts";
import { RunStatus, formatRunStatus } from "#client/flow/runs/run-status.tsx";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { formatExactTime } from "#client/ui/format/format-time.ts";
import { FlowOverviewSection, TEXT_BUTTON_CLASSES } from "./flow-overview-section.tsx";

const SHOWN = 12;
const NO_RUNS: readonly BatchState[] = [];

/** Shares the query of the Runs tab; `LastRunsLoader` updates its data from events. */
export function OverviewLastRunsSection({ onShowStep }: { readonly onShowStep: (key: StepKey) => void }) {
  const hasEvents = useHasRunEvents();
  const flowId = useOpenFlowState((state) => state.flow.id);
  const query = useInfiniteQuery(flowRunQueries.batches(flowId, {}, { hasEvents }));
  const { data, error, dataUpdatedAt } = query;
  const hasHealth = useOffersFeature("runHealth");
  const batches = data?.pages[0]?.data ?? NO_RUNS;
  const bars = useMemo(
    () => createRunDurationBars(batches.slice(0, SHOWN), dataUpdatedAt),
    [batches, dataUpdatedAt],
  );
  const [newest] = batches;
  const hasEndedRun = batches.some((batch) => !isActiveBatch(batch));
  if (isUnavailableFeatureError(error)) return null;

  return (
    <>
      <FlowOverviewSection
        title="Last runs"
        aside={
          newest && (
            <Link
              to="/flows/$flowId/runs"
              params={{ flowId }}
              search={keepOnlyStepSearchParam}
              resetScroll={false}
              className={TEXT_BUTTON_CLASSES}
            >
              All runs
            </Link>
          )
        }
      >
        {newest && (
          <>
            <ul aria-label="Last runs, oldest first" className="-mx-1 flex h-14 items-stretch">
              {bars.map((bar) => (
                <RunBarItem key={bar.id} flowId={flowId} bar={bar} />
              ))}
            </ul>
            <p className="flex min-w-0 items-center gap-2 text-sm text-muted">
              <RunStatus status={newest.status} hasFailures={newest.failedRecords > 0} />
              <span className="truncate tabular-nums">{describeRecordsOfRun(newest)}</span>
              <span className="whitespace-nowrap tabular-nums">{formatBatchDuration(newest)}</span>
              <RelativeTime
                time={newest.completedAt ?? newest.startedAt ?? newest.createdAt ?? ""}
                className="ml-auto whitespace-nowrap"
              />
            </p>
          </>
        )}
        {!newest && data && <p className="text-sm text-muted">No runs yet</p>}
        {!data && <QueryStatusNote what="runs" query={query} />}
      </FlowOverviewSection>
      {hasEndedRun && hasHealth && <HealthSection flowId={flowId} onShowStep={onShowStep} />}
    </>
  );
}

const HealthSection = createLazyComponent(async () => (await import("./health-section.tsx")).HealthSection);

const CHART_HEIGHT = 40;
const BAR_WIDTH = 8;
/** Minimum height of a run's bar in CSS pixels, so that even a run of a few milliseconds is visible. */
const MIN_BAR_HEIGHT = 5;

function RunBarItem({ flowId, bar }: { readonly flowId: string; readonly bar: RunDurationBar }) {
  return (
    <li className="flex w-6.5 shrink-0 max-beside:flex-1">
      <Link
        to="/flows/$flowId/runs/$batchId"
        params={{ flowId, batchId: bar.id }}
        search={keepOnlyStepSearchParam}
        resetScroll={false}
        aria-label={bar.description}
        {...getTooltipProps(bar.description)}
        className="flex w-full items-end justify-center rounded-sm pb-1 focus-inset hover:bg-hover"
      >
        <RunBarDrawing {...bar} />
      </Link>
    </li>
  );
}

/** Shows the outcome by shape as well as by color, because some users cannot distinguish the colors. */
function RunBarDrawing({ outcome, share }: RunDurationBar) {
  const height = Math.max(MIN_BAR_HEIGHT, Math.round(share * CHART_HEIGHT));
  const top = MARK_SPACE + CHART_HEIGHT - height;
  const isHollow = outcome === "cancelled" || outcome === "active";
  return (
    <svg
      aria-hidden="true"
      width={BAR_WIDTH + 4}
      height={CHART_HEIGHT + MARK_SPACE}
      strokeWidth="1.5"
      className={joinClasses(outcomeClasses[outcome], "forced-colors:text-[CanvasText]")}
    >
      {isHollow ? (
        <rect
          x={2.75}
          y={top + 0.75}
          width={BAR_WIDTH - 1.5}
          height={height - 1.5}
          rx="1.5"
          fill="none"
          stroke="currentColor"
          {...(outcome === "cancelled" && { strokeDasharray: "2 2" })}
        />
      ) : (
        <rect x={2} y={top} width={BAR_WIDTH} height={height} rx="2" fill="currentColor" />
      )}
      {outcome === "failed" && (
        <path d={`M3.5 ${top - 7}l5 5m0 -5l-5 5`} stroke="currentColor" strokeLinecap="round" />
      )}
      {outcome === "partlyFailed" && <circle cx="6" cy={top - 4.5} r="2" fill="currentColor" />}
    </svg>
  );
}

const MARK_SPACE = 10;

const outcomeClasses: Readonly<Record<RunBarOutcome, string>> = {
  completed: "text-success/75",
  partlyFailed: "text-warning",
  failed: "text-danger",
  cancelled: "text-muted",
  active: "text-accent",
};

type RunBarOutcome = "completed" | "partlyFailed" | "failed" | "cancelled" | "active";

interface RunDurationBar {
  readonly id: string;
  readonly outcome: RunBarOutcome;
  /** Height as a share of the longest run, from 0 to 1. */
  readonly share: number;
  /** Status, records, duration and time: “Partly failed, 1 of 4 records failed, 2.3 s, Thursday …”. */
  readonly description: string;
}

/** Converts runs, newest first, to bars, oldest first. `now` is when the runs were read, in epoch milliseconds. */
export function createRunDurationBars(
  batches: readonly BatchState[],
  now: number,
): readonly RunDurationBar[] {
  const durations = batches.map((batch) => computeRunDurationMs(batch, now));
  const longest = Math.max(1, ...durations.map((duration) => duration ?? 0));
  return batches
    .map((batch, index): RunDurationBar => {
      const duration = durations[index];
      return {
        id: batch.batchExecutionId,
        outcome: findRunOutcome(batch),
        share: (duration ?? 0) / longest,
        description: describeRun(batch, duration),
      };
    })
    .toReversed();
}

function findRunOutcome(batch: BatchState): RunBarOutcome {
  const { status, failedRecords } = batch;
  if (isActiveBatch(batch)) return "active";
  if (status === "cancelled" || status === "failed") return status;
  return failedRecords > 0 ? "partlyFailed" : "completed";
}

/** Returns the duration, up to now for an active run; undefined for a run that has not started. */
function computeRunDurationMs(batch: BatchState, now: number) {
  const { startedAt, completedAt } = batch;
  if (!startedAt) return undefined;
  const end = completedAt ? Date.parse(completedAt) : isActiveBatch(batch) ? now : Number.NaN;
  const duration = end - Date.parse(startedAt);
  return Number.isFinite(duration) ? Math.max(0, duration) : undefined;
}

/** Formats the number of records: “4 records” or, if only some of them failed, “1 of 4 records failed”. */
function describeRecordsOfRun({ totalRecords, failedRecords }: BatchState): string {
  const records = formatCount(totalRecords, "record");
  const isPartlyFailed = failedRecords > 0 && failedRecords < totalRecords;
  return isPartlyFailed ? `${formatNumber(failedRecords)} of ${records} failed` : records;
}

function describeRun(batch: BatchState, duration: number | undefined): string {
  const time = Date.parse(batch.startedAt ?? batch.createdAt ?? "");
  return [
    formatRunStatus(batch.status, batch.failedRecords > 0),
    describeRecordsOfRun(batch),
    duration === undefined ? undefined : formatDuration(duration),
    Number.isNaN(time) ? undefined : formatExactTime(time),
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}
