import { useEffect, useMemo, useRef } from "react";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName, stepType } from "#core/step.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { describeStepType } from "#client/features/flow-editor/describe-step-row.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { formatCost } from "#client/features/flow-editor/runs/describe-run.ts";
import { RunStatus, StatusIcon, statusLabel } from "#client/features/flow-editor/runs/run-status.tsx";
import { Button } from "#client/ui/button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { formatDuration } from "#client/ui/format-duration.ts";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { RowList } from "#client/ui/row-list.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { findFailed } from "./run-trial.ts";
import { trialDuration } from "./describe-trial.ts";
import { StepOutcome } from "./step-outcome.tsx";
import { useIsOldTrial } from "./trial-mark.tsx";
import type { StepTrial, TrialRun } from "./trial-run.ts";
import { useTrial } from "./trial-store.ts";

// Half a row says that there are more, where nothing else does.
const ROWS = 8.5;
const ROW_REM = 2.25;

/** How the run went or goes, step by step, and all that is known of one of them. */
export function TrialOutcome() {
  const { trial } = useEditor();
  const run = useTrial((state) => state.run);
  const viewed = useTrial((state) => state.viewed);
  const isOld = useIsOldTrial();
  const rows = useMemo(() => (run ? listRows(run.document.steps) : []), [run]);
  const section = useRef<HTMLElement>(null);
  // Who asked for a step at its row wants to see it.
  useEffect(() => {
    if (viewed !== undefined) section.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [viewed]);
  if (!run) return null;
  const shown = viewed !== undefined && run.steps.has(viewed) ? viewed : findPlace(run);
  const rowPx = ROW_REM * rootFontSize();
  return (
    <section ref={section} aria-label="Outcome" className="flex flex-col gap-3 border-t border-line pt-4">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <RunStatus status={toStatus(run)} />
        <span className="text-muted tabular-nums">{describeUse(run)}</span>
        {run.status !== "running" && (
          <Button
            size="sm"
            variant="ghost"
            className="ml-auto"
            onClick={() => trial.setState({ run: undefined, viewed: undefined })}
          >
            Clear
          </Button>
        )}
      </div>
      {isOld && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          The flow was edited since: this is what an older draft did.
        </p>
      )}
      {/* What a step says of its failure is shown with the step. */}
      {run.error !== undefined && findFailed(run) === undefined && (
        <p dir="auto" className="rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          {run.error}
        </p>
      )}
      {run.status !== "refused" && (
        <div
          className="flex flex-col overflow-hidden rounded-md border border-line"
          style={{ height: Math.min(rows.length, ROWS) * rowPx + 2 }}
        >
          <RowList
            label="Outcome of each"
            rows={rows}
            rowHeight={rowPx}
            isComplete
            selectedId={shown}
            startAt={viewed}
            rowClassName="gap-2 px-2.5"
            onSeen={ignore}
          >
            {(row, isActive) => (
              <OutcomeRow
                {...row}
                outcome={run.steps.get(row.id)}
                isActive={isActive}
                isShown={row.id === shown}
                onShow={() => trial.setState({ viewed: row.id })}
              />
            )}
          </RowList>
        </div>
      )}
      {shown !== undefined && run.status !== "refused" && <StepOutcome key={shown} run={run} step={shown} />}
    </section>
  );
}

const ignore = () => undefined;

interface Row {
  readonly id: StepKey;
  readonly node: StepNode;
  readonly level: number;
}

function listRows(nodes: readonly StepNode[], level = 0): readonly Row[] {
  return nodes.flatMap((node) => [
    { id: node.key, node, level },
    ...listRows(node.branches?.trueSteps ?? [], level + 1),
    ...listRows(node.branches?.falseSteps ?? [], level + 1),
  ]);
}

type OutcomeRowProps = Row & {
  readonly outcome: StepTrial | undefined;
  readonly isActive: boolean;
  readonly isShown: boolean;
  readonly onShow: () => void;
};

function OutcomeRow({ node, level, outcome, isActive, isShown, onShow }: OutcomeRowProps) {
  const name = stepName(node);
  const status = outcome?.status ?? "waiting";
  return (
    <>
      <span className="shrink-0" style={{ paddingInlineStart: `${Math.min(level, 6) * 0.75}rem` }}>
        <Station type={stepType(node)} enabled={status !== "skipped"} size="sm" />
      </span>
      <button
        type="button"
        dir="auto"
        data-row-link=""
        tabIndex={isActive ? 0 : -1}
        aria-label={`${name}, ${describeStepType(stepType(node))}, ${statusLabel(status).toLowerCase()}`}
        aria-current={isShown || undefined}
        onClick={onShow}
        {...tooltip(name, { whenTruncated: true })}
        className="min-w-0 truncate text-start text-sm outline-none after:absolute after:inset-0"
      >
        {name}
      </button>
      <span className="ml-auto shrink-0 text-xs text-muted tabular-nums">
        {outcome && trialDuration(outcome)}
      </span>
      <StatusIcon status={status} />
    </>
  );
}

/** Where a person looks first: at what runs or was ended, at what failed, else at the last step that gave something. */
function findPlace(run: TrialRun): StepKey | undefined {
  let last: StepKey | undefined;
  for (const [key, { status }] of run.steps) {
    if (status === "running" || status === "cancelled") return key;
    if (status === "completed") last = key;
  }
  const failed = findFailed(run);
  return run.status !== "completed" && failed !== undefined ? failed : (last ?? failed);
}

function toStatus({ status }: TrialRun): string {
  if (status === "stopped") return "cancelled";
  return status === "refused" || status === "lost" ? "failed" : status;
}

function describeUse({ document, status, durationMs, tokens, cost, upTo }: TrialRun): string {
  const money = formatCost(cost);
  const last = upTo === undefined ? undefined : findStep(document, upTo);
  return [
    durationMs !== undefined && status !== "running" && formatDuration(durationMs),
    tokens !== undefined && tokens > 0 && formatCount(tokens, "token"),
    money,
    last && `up to ${stepName(last)}`,
  ]
    .filter((part) => typeof part === "string")
    .join(" · ");
}
