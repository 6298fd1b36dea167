import { useEffect, useMemo, useRef } from "react";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { getStepName, getStepType } from "#core/document/step.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { RunStatusIcon, formatRunStatus } from "#client/editor/runs/run-status.tsx";
import { describeStepType } from "#client/editor/session/describe-step-row.ts";
import { useEditor, useTestRunState } from "#client/editor/session/editor-context.tsx";
import type { TableCellProps } from "#client/ui/rows/columns.tsx";
import { RowButton } from "#client/ui/rows/row-button.tsx";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { findStepToShow } from "./summarize-test-run.ts";
import { StepOutcome } from "./step-outcome.tsx";
import { formatStepTestRunDuration, hasTestRunResult, OutdatedResultIcon } from "./test-run-mark.tsx";
import type { TestRunStateOfStep, TestRun } from "./test-run.ts";

// Maximum height of the list in rows; the half row indicates that the list scrolls.
const ROWS = 8.5;
const ROW_REM = 2.25;

type StepResultListProps = { readonly run: TestRun; readonly outdated: ReadonlySet<StepKey> };

/** Lists the steps of a test run, and shows the result of one of them. For pages too narrow for rows and inspector. */
export function StepResultList({ run, outdated }: StepResultListProps) {
  const { testRun } = useEditor();
  const viewed = useTestRunState((state) => state.viewed);
  const rows = useMemo(() => listRows(run.document.steps), [run]);
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (viewed !== undefined) result.current?.scrollIntoView({ block: "nearest" });
  }, [viewed]);
  const shown = viewed !== undefined && run.steps.has(viewed) ? viewed : findStepToShow(run);
  const rowPx = ROW_REM * getRootFontSizePx();
  return (
    <>
      <div
        className="flex flex-col overflow-hidden rounded-md border border-line"
        style={{ height: Math.min(rows.length, ROWS) * rowPx + 2 }}
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
        <div ref={result}>
          <StepOutcome key={shown} step={shown} heading={<NameHeading rows={rows} step={shown} />} />
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
