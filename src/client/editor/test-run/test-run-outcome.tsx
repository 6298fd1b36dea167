import { scrollIntoNearest } from "#client/ui/focus/focus-on-mount.ts";
import { useHasTimeElapsed } from "#client/ui/hooks/use-has-time-elapsed.ts";
import { useContext, useMemo } from "react";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName, getStepType } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { formatCostInDollars } from "#client/flow/runs/describe-batch-progress.ts";
import { RunStatus, RunStatusIcon, formatRunStatus } from "#client/flow/runs/run-status.tsx";
import { StepOutputView } from "#client/flow/execution/step-details.tsx";
import { ShowStepInEditorContext } from "#client/editor/runs/go-to-step.tsx";
import { useEditor, useTestRunState } from "#client/editor/session/editor-provider.tsx";
import { stopAndClearTestRun } from "#client/editor/session/test-run-store.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import type { TableCellProps } from "#client/ui/rows/columns.tsx";
import { RowButton } from "#client/ui/rows/row-button.tsx";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { StreamedOutput, StepOutcome } from "./step-outcome.tsx";
import {
  countTestRunSteps,
  findFinalOutputStep,
  findFirstFailedStepOfTestRun,
  findNotableStep,
  findStepToShow,
} from "./test-run-steps.ts";
import {
  useOutdatedTestResults,
  formatStepTestRunDuration,
  hasTestRunResult,
  OutdatedResultIcon,
} from "./step-test-run-summary.tsx";
import type { TestRun, TestRunStateOfStep } from "./test-run.ts";

type TestRunOutcomeProps = {
  /** The panel covers the step list and the inspector, which otherwise show the results. */
  readonly listsSteps: boolean;
  /** The reason that the notice above the Run button shows. */
  readonly refused: string | undefined;
};

export function TestRunOutcome({ listsSteps, refused }: TestRunOutcomeProps) {
  const { testRun } = useEditor();
  const run = useTestRunState((state) => state.run);
  const outdated = useOutdatedTestResults();
  if (!run) return null;
  const failed = findFirstFailedStepOfTestRun(run);
  const error = run.error ?? (failed === undefined ? undefined : run.steps.get(failed)?.end?.error);
  // The server ran no step of a refused run.
  const isRefused = run.status === "refused";
  const isNoticeShown = refused !== undefined && error?.endsWith(refused) === true;
  // Hides the error if the list shows it with the failed step, unless the error has a link to the paid plans.
  const isErrorListed = listsSteps && failed !== undefined && run.upgradeUrl === undefined;
  return (
    <section aria-label="Outcome" className="flex flex-col gap-3 border-t border-line pt-4">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <RunStatus status={toStatus(run)} />
        <span className="text-muted tabular-nums">{describeUsage(run)}</span>
        {run.status !== "running" && (
          <Button size="sm" variant="ghost" className="ml-auto" onClick={() => stopAndClearTestRun(testRun)}>
            Clear
          </Button>
        )}
      </div>
      {outdated.size > 0 && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          {outdated.size === run.steps.size
            ? "These results are outdated: the flow changed after this run."
            : "Some results are outdated: the flow changed after this run."}
        </p>
      )}
      {run.status === "running" && <RunProgress run={run} />}
      {run.status === "running" && <WaitingForFirstStep run={run} />}
      {!listsSteps && !isRefused && <RunPosition run={run} />}
      {error !== undefined && !isErrorListed && !isNoticeShown && (
        <p dir="auto" className="rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          {error}
          <UpgradeLink url={run.upgradeUrl} />
        </p>
      )}
      {listsSteps ? !isRefused && <StepResultList run={run} outdated={outdated} /> : <RunOutput run={run} />}
    </section>
  );
}

function RunProgress({ run }: { readonly run: TestRun }) {
  const { total, done, failed } = countTestRunSteps(run);
  return (
    <ProgressBar
      label="Progress of the test run"
      text={`${formatNumber(done)} of ${formatCount(total, "step")} done`}
      total={total}
      done={done}
      failed={failed}
    />
  );
}

/** Says that no step has begun yet: a connected API, for example, may wait ten seconds. */
function WaitingForFirstStep({ run }: { readonly run: TestRun }) {
  const isWaiting = [...run.steps.values()].every(({ status }) => status === "waiting");
  const isLong = useHasTimeElapsed(1000, isWaiting);
  return isLong && <p className="text-sm text-muted">Waiting for a response…</p>;
}

/** Shows how many steps ran, and the step at which the run is, at which it ended, or whose output it has. */
function RunPosition({ run }: { readonly run: TestRun }) {
  const { total, done, ran } = countTestRunSteps(run);
  const notable = findNotableStep(run);
  const finalStep = findFinalOutputStep(run);
  return (
    <ul className="flex flex-wrap items-center gap-x-4 text-sm text-muted">
      <li className="tabular-nums">
        {run.status === "running"
          ? `${formatNumber(done)} of ${formatCount(total, "step")} done`
          : `${formatNumber(ran)} of ${formatCount(total, "step")} ran`}
      </li>
      {notable && <StepLink run={run} step={notable.step} prefix={notable.text} />}
      {finalStep !== undefined && <StepLink run={run} step={finalStep} prefix="Output of" />}
    </ul>
  );
}

/** Shows the output of a completed run, or the text that its current step streams. */
function RunOutput({ run }: { readonly run: TestRun }) {
  const notable = findNotableStep(run);
  const current = notable && run.steps.get(notable.step);
  const finalStep = findFinalOutputStep(run);
  const isStreamed = current?.status === "running" || current?.status === "cancelled";
  if (isStreamed) return current.text !== "" && <StreamedOutput testRun={current} />;
  return (
    finalStep !== undefined && (
      <StepOutputView title="Final output" output={run.steps.get(finalStep)?.output} />
    )
  );
}

type StepLinkProps = { readonly run: TestRun; readonly step: StepKey; readonly prefix: string };

function StepLink({ run, step, prefix }: StepLinkProps) {
  const showStep = useContext(ShowStepInEditorContext);
  const isInFlow = useOpenFlowState(({ history }) => findStep(history.document, step) !== undefined);
  const node = findStep(run.document, step);
  if (!node) return null;
  const name = quoteName(getStepName(node));
  return (
    <li className="flex max-w-full min-w-0 items-center whitespace-pre">
      <span className="shrink-0">{`${prefix} `}</span>
      {isInFlow ? (
        <button
          type="button"
          dir="auto"
          onClick={() => showStep?.(step)}
          className="min-h-6 min-w-0 truncate rounded-sm font-medium text-accent hover:underline pointer-coarse:min-h-9"
        >
          {name}
        </button>
      ) : (
        <span dir="auto" className="min-w-0 truncate">
          {name}
        </span>
      )}
    </li>
  );
}

function toStatus({ status }: TestRun): string {
  if (status === "stopped") return "cancelled";
  return status === "refused" || status === "lost" ? "failed" : status;
}

function describeUsage({ document, status, durationMs, tokens, cost, upTo }: TestRun): string {
  const money = formatCostInDollars(cost);
  const last = upTo === undefined ? undefined : findStep(document, upTo);
  return [
    durationMs !== undefined && status !== "running" && formatDuration(durationMs),
    tokens !== undefined && tokens > 0 && formatCount(tokens, "token"),
    money,
    last && `up to ${getStepName(last)}`,
  ]
    .filter((part) => typeof part === "string")
    .join(" · ");
}

// Maximum height of the list in rows; the half row indicates that the list scrolls.
const VISIBLE_ROWS = 8.5;
const ROW_REM = 2.25;

type StepResultListProps = { readonly run: TestRun; readonly outdated: ReadonlySet<StepKey> };

/** Lists the steps of a test run, and shows the result of one of them. For pages too narrow for rows and inspector. */
function StepResultList({ run, outdated }: StepResultListProps) {
  const { testRun } = useEditor();
  const viewed = useTestRunState((state) => state.viewed);
  const rows = useMemo(() => listRows(run.document.steps), [run]);
  const shown = viewed !== undefined && run.steps.has(viewed) ? viewed : findStepToShow(run);
  const rowPx = ROW_REM * getRootFontSizePx();
  return (
    <>
      <div
        className="flex flex-col overflow-hidden rounded-md border border-line"
        style={{ height: Math.min(rows.length, VISIBLE_ROWS) * rowPx + 2 }}
      >
        <ContainerScrolledTable
          label="Step results"
          rows={rows}
          columns={[]}
          compact={StepResultRow}
          stateOf={({ id }) => ({
            outcome: run.steps.get(id),
            isOutdated: outdated.has(id) && hasTestRunResult(run.steps.get(id)),
            isShown: id === shown,
            onShow: (key) => testRun.setState({ viewed: key }),
          })}
          rowHeight={rowPx}
          isComplete
          selectedId={shown}
          startAt={viewed}
          spacing="gap-2 px-2.5"
        />
      </div>
      {shown !== undefined && (
        <div key={shown} ref={viewed === undefined ? undefined : scrollIntoNearest}>
          <StepOutcome step={shown} heading={<NameHeading rows={rows} step={shown} />} />
        </div>
      )}
    </>
  );
}

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

function NameHeading({ rows, step }: { readonly rows: readonly Row[]; readonly step: StepKey }) {
  const node = rows.find(({ id }) => id === step)?.node;
  return (
    node && (
      <h4 dir="auto" className="text-sm font-semibold break-words">
        {getStepName(node)}
      </h4>
    )
  );
}

interface StepResultState {
  readonly outcome: TestRunStateOfStep | undefined;
  readonly isOutdated: boolean;
  readonly isShown: boolean;
  readonly onShow: (id: StepKey) => void;
}

function StepResultRow({
  row,
  outcome,
  isOutdated,
  isActive,
  isShown,
  onShow,
}: TableCellProps<Row, StepResultState>) {
  const { node, level } = row;
  const name = getStepName(node);
  const status = outcome?.status ?? "waiting";
  return (
    <>
      <span className="shrink-0" style={{ paddingInlineStart: `${Math.min(level, 6) * 0.75}rem` }}>
        <FlowNode type={getStepType(node)} enabled={status !== "skipped"} size="sm" />
      </span>
      <RowButton
        name={name}
        label={`${name}, ${describeStepType(getStepType(node))}, ${formatRunStatus(status).toLowerCase()}${isOutdated ? ", outdated" : ""}`}
        isActive={isActive}
        isSelected={isShown}
        onSelect={() => onShow(row.id)}
        className="text-sm"
      />
      <span className="ml-auto shrink-0 text-xs text-muted tabular-nums">
        {isOutdated ? "Outdated" : outcome && formatStepTestRunDuration(outcome)}
      </span>
      {isOutdated ? <OutdatedResultIcon /> : <RunStatusIcon status={status} />}
    </>
  );
}
