import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { RunFailureGroup, RunHealth, RunHealthDays } from "#contract/run-health.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStepByRunId } from "#core/document/run-ids.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { ShowStepButton, TEXT_BUTTON_CLASSES, TextButton } from "./flow-overview-section.tsx";

type FailureListProps = Pick<RunHealth, "failures" | "otherFailures"> & {
  readonly flowId: string;
  readonly days: RunHealthDays;
  readonly onShowStep: (key: StepKey) => void;
};

/** Failures that are listed before the others are asked for. */
const FIRST = 3;

/** Failed executions by step and message, the most frequent first. */
export function FailureList({ failures, otherFailures, flowId, days, onShowStep }: FailureListProps) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? failures : failures.slice(0, FIRST);
  const isWhole = shown.length === failures.length;
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center justify-between gap-3">
        <h4 className="text-sm font-medium">Failures</h4>
        <Link
          to="/flows/$flowId/runs"
          params={{ flowId }}
          search={(now) => ({
            ...keepOnlyStepSearchParam(now),
            outcome: "failed",
            ...(days === "7" && { age: "week" }),
          })}
          resetScroll={false}
          className={TEXT_BUTTON_CLASSES}
        >
          All failed runs
        </Link>
      </div>
      <ul aria-label="Failures" className="flex flex-col divide-y divide-line">
        {shown.map((failure) => (
          <FailureItem
            key={`${failure.stepId} ${failure.message}`}
            failure={failure}
            flowId={flowId}
            onShowStep={onShowStep}
          />
        ))}
      </ul>
      {isWhole && otherFailures > 0 && (
        <p className="text-sm text-muted">{formatCount(otherFailures, "other failure")}</p>
      )}
      {failures.length > FIRST && (
        <TextButton onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? "Show fewer" : `Show ${formatNumber(failures.length - FIRST)} more`}
        </TextButton>
      )}
    </div>
  );
}

type FailureItemProps = Pick<FailureListProps, "flowId" | "onShowStep"> & {
  readonly failure: RunFailureGroup;
};

function FailureItem({ failure, flowId, onShowStep }: FailureItemProps) {
  const { stepId, stepName, message, count, lastAt, runId } = failure;
  const step = useOpenFlowState(({ history }) =>
    stepId === null ? undefined : findStepByRunId(history.document, stepId),
  );
  return (
    <li className="flex flex-col py-1.5">
      <div className="flex min-w-0 items-center justify-between gap-3">
        {step === undefined ? (
          <span dir="auto" className="min-w-0 truncate text-left text-sm">
            {stepName ?? "Outside of steps"}
          </span>
        ) : (
          <ShowStepButton step={step} onShowStep={onShowStep} />
        )}
        <span className="shrink-0 text-sm text-danger tabular-nums">{formatCount(count, "time")}</span>
      </div>
      {message !== null && (
        <p
          dir="auto"
          className="line-clamp-2 text-left text-sm break-words text-muted"
          {...getTooltipProps(message, { whenTruncated: true })}
        >
          {message}
        </p>
      )}
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
        <span>
          Last <RelativeTime time={lastAt} />
        </span>
        <Link
          to="/flows/$flowId/runs/$batchId"
          params={{ flowId, batchId: runId }}
          search={(now) => ({ ...keepOnlyStepSearchParam(now), status: "failed" })}
          resetScroll={false}
          className={TEXT_BUTTON_CLASSES}
        >
          Open run
        </Link>
      </p>
    </li>
  );
}
