import { X } from "lucide-react";
import { useState } from "react";
import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { getStepFieldsWithoutIdAndOrder } from "#core/document/step-content-fields.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName, isStepEnabled, getOutputVariable, getStepType } from "#core/document/step.ts";
import {
  useNestingIndentPx,
  computeRowConnectorAreaWidthPx,
  useStepRowHeight,
} from "#client/editor/step-list/row-geometry.ts";
import {
  findDeepestRowLevel,
  flattenStepsToRows,
  type BranchRowData,
  type StepRowData,
  type StepListRow,
} from "#client/editor/step-list/step-rows.ts";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { MIN_WIDTH_BESIDE, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { useFocusableRows } from "#client/ui/rows/use-focusable-rows.ts";
import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import { summarizeStepBesideName } from "#client/editor/session/step-row-accessible-name.ts";
import { BranchConditionText } from "#client/editor/step-list/branch-row.tsx";
import { BranchRowConnector, StepRowConnector } from "#client/editor/step-list/step-row-connector.tsx";
import { formatStepCount } from "#client/flow/publish-state.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { CodeChip, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

const NO_FOLDED_STEPS: ReadonlySet<StepKey> = new Set();

export function ReadOnlyVersionSteps({ document }: { readonly document: FlowDocument }) {
  const [selected, setSelected] = useState<StepKey>();
  const rows = flattenStepsToRows(document, NO_FOLDED_STEPS);
  const rowHeight = useStepRowHeight();
  const indent = useNestingIndentPx(findDeepestRowLevel(rows));
  const { scroller, list, activeIndex, items, height, goTo, listeners } = useFocusableRows({
    rows,
    rowHeight,
  });
  const node = selected === undefined ? undefined : findStep(document, selected);
  const close = () => {
    setSelected(undefined);
    const index = rows.findIndex((row) => row.type === "step" && row.node.key === selected);
    if (index >= 0) goTo(index);
  };

  return (
    <div className="flex min-h-0 flex-1">
      <div
        ref={scroller}
        className="min-h-0 min-w-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <ul
          ref={list}
          aria-label="Steps of this version"
          className="relative"
          style={{ height }}
          {...listeners}
        >
          {items.map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <VersionStepRow
                  key={row.id}
                  document={document}
                  row={row}
                  index={index}
                  rowHeight={rowHeight}
                  indent={indent}
                  top={start}
                  isActive={index === activeIndex}
                  isSelected={row.type === "step" && row.node.key === selected}
                  onSelect={setSelected}
                />
              )
            );
          })}
        </ul>
      </div>
      {node && <StepPane key={node.key} node={node} onClose={close} />}
    </div>
  );
}

type StepPaneProps = { readonly node: StepNode; readonly onClose: () => void };

function StepPane({ node, onClose }: StepPaneProps) {
  const isBeside = useMediaQuery(MIN_WIDTH_BESIDE);
  const { id } = node.fields;
  const text = JSON.stringify(
    { ...(id !== undefined && { id }), ...getStepFieldsWithoutIdAndOrder(node) },
    null,
    2,
  );
  const json = (
    <CodeField
      label="Step (JSON)"
      size="page"
      language="json"
      text={text}
      onChange={() => undefined}
      readOnly
      hint={node.branches && "Nested steps have their own rows."}
    />
  );
  if (!isBeside) {
    return (
      <Dialog title={getStepName(node)} variant="sheet" onClose={onClose}>
        {json}
      </Dialog>
    );
  }
  return (
    <aside
      aria-label={`Details of ${getStepName(node)}`}
      className="flex w-[clamp(20rem,38vw,44rem)] shrink-0 flex-col border-l border-line bg-surface"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex shrink-0 items-center gap-2 pt-3 pr-3 pb-1 pl-4">
        <h3 dir="auto" className="min-w-0 flex-1 truncate font-semibold">
          {getStepName(node)}
        </h3>
        <IconButton label="Close step" icon={X} shortcut="Escape" size="sm" onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">{json}</div>
    </aside>
  );
}

type VersionStepRowProps = {
  readonly document: FlowDocument;
  readonly row: StepListRow;
  readonly index: number;
  readonly top: number;
  readonly rowHeight: number;
  readonly indent: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (key: StepKey) => void;
};

/** Minimum height in pixels of a row with two lines, of which the second is the step's hint. */
const MIN_TWO_LINE_HEIGHT_PX = 52;

function VersionStepRow(props: VersionStepRowProps) {
  const { row, index, top, rowHeight: height, indent, isActive, isSelected } = props;
  const { level } = row;
  const tracks = { level, closes: Math.min(row.closes, level), indent, height };
  return (
    <li
      data-row={index}
      data-row-id={row.id}
      data-active={isActive || undefined}
      aria-level={1 + level}
      aria-posinset={row.type === "step" ? row.index + 1 : undefined}
      aria-setsize={row.type === "step" ? row.count : undefined}
      style={{ height, transform: `translateY(${top}px)` }}
      className={joinClasses(
        "absolute inset-x-0 top-0 flex items-center rounded-md",
        isSelected ? "selected-row" : row.type === "step" && "hover:bg-hover",
      )}
    >
      {row.type === "step" ? (
        <>
          <StepRowConnector {...tracks} enabled={isStepEnabled(row.node)} />
          <StepLine {...props} row={row} />
        </>
      ) : (
        <>
          <BranchRowConnector {...tracks} />
          <BranchLine row={row} indent={indent} isActive={isActive} />
        </>
      )}
    </li>
  );
}

function StepLine({
  document,
  row,
  rowHeight,
  indent,
  isActive,
  isSelected,
  onSelect,
}: VersionStepRowProps & { readonly row: StepRowData }) {
  const { node, list, index, level } = row;
  const type = getStepType(node);
  const enabled = isStepEnabled(node);
  const variable = getOutputVariable(node);
  const conditional = list.type === "branch" ? findStep(document, list.step) : undefined;
  const branch =
    conditional && list.type === "branch"
      ? `${getStepName(conditional)} ${CONDITIONAL_BRANCH_LABELS[list.branch]}`
      : undefined;
  const isTall = rowHeight >= MIN_TWO_LINE_HEIGHT_PX;
  const hint = summarizeStepBesideName(node);
  return (
    <button
      type="button"
      data-row-link=""
      tabIndex={isActive ? 0 : -1}
      aria-pressed={isSelected}
      onClick={() => onSelect(node.key)}
      className="relative flex h-full w-full min-w-0 items-center rounded-md pr-gutter text-left outline-offset-[-2px]"
    >
      <span
        className="flex shrink-0 justify-end pr-1.5"
        style={{ width: computeRowConnectorAreaWidthPx(level, indent) }}
      >
        <FlowNode type={type} enabled={enabled} />
      </span>
      <span className="w-9 shrink-0 pr-1.5 text-right text-xs text-faint tabular-nums max-sm:w-6 max-sm:pr-1">
        {index + 1}
      </span>
      <span className={joinClasses("flex min-w-0 flex-1 pl-1", isTall ? "flex-col" : "items-baseline gap-3")}>
        <span
          dir="auto"
          {...getTooltipProps(getStepName(node), { whenTruncated: true })}
          className={joinClasses(
            "truncate font-medium",
            isTall ? "max-w-full self-start" : "max-w-full shrink-0",
            !enabled && "text-muted",
          )}
        >
          {getStepName(node)}
        </span>
        <span dir="auto" className="min-w-0 truncate text-sm text-faint">
          {hint}
        </span>
      </span>
      {variable !== undefined && !isTall && <CodeChip text={variable} className="ml-2 max-w-40 shrink-0" />}
      {!enabled && <span className="ml-3 shrink-0 text-xs text-muted">off</span>}
      <VisuallyHidden>
        {hint !== describeStepType(type) && describeStepType(type)}
        {branch !== undefined && `, in ${branch}`}
      </VisuallyHidden>
    </button>
  );
}

type BranchLineProps = {
  readonly row: BranchRowData;
  readonly indent: number;
  readonly isActive: boolean;
};

function BranchLine({ row: { node, branch, count, level }, indent, isActive }: BranchLineProps) {
  return (
    <span
      data-row-link=""
      tabIndex={isActive ? 0 : -1}
      style={{ paddingLeft: computeRowConnectorAreaWidthPx(level, indent) - 24 }}
      className="relative flex h-full w-full items-center gap-2 rounded-md outline-offset-[-2px]"
    >
      <span className="shrink-0 rounded-full border border-control/35 bg-control-soft px-2 text-xs leading-5 font-medium text-control">
        {CONDITIONAL_BRANCH_LABELS[branch]}
      </span>
      <BranchConditionText node={node} branch={branch} />
      <span className="shrink-0 pr-3 text-sm whitespace-nowrap text-faint">
        {count === undefined ? "not a list of steps" : count === 0 ? "empty" : formatStepCount(count)}
      </span>
    </span>
  );
}
