import { Plus } from "lucide-react";
import { memo } from "react";
import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import { getStepName, getStepConfig } from "#core/document/step.ts";
import type { BranchName, StepNode } from "#core/document/flow-document.ts";
import { formatStepCount } from "#client/flow/publish-state.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { openAddStepDialog } from "#client/editor/actions/add-step.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { InsertStepButtons, areSamePlaceLists } from "./insert-step-buttons.tsx";
import { computeRowConnectorAreaWidthPx } from "./row-geometry.ts";
import type { StepRowPositionProps } from "./step-row.tsx";
import { type BranchRowData, buildBranchStepListReference, areRowsEqual } from "./step-rows.ts";
import { BranchRowConnector } from "./step-row-connector.tsx";

type BranchRowProps = StepRowPositionProps & { readonly row: BranchRowData };

const NOT_A_STEP_LIST = "not a list of steps, edit in JSON";

export const BranchRow = memo(function BranchRow({ row, ...frame }: BranchRowProps) {
  const { node, branch, count, level } = row;
  const { top, height, indent, isActive, onActivate, places } = frame;
  const editor = useEditor();
  const branchLabel = CONDITIONAL_BRANCH_LABELS[branch];
  const isTarget = useStepMoveState(
    (state) =>
      state.type !== "none" &&
      state.refusal === undefined &&
      state.place.list.type === "branch" &&
      state.place.list.step === node.key &&
      state.place.list.branch === branch,
  );
  const isCarried = useStepMoveState(
    (state) => state.type !== "none" && state.type !== "keyboard" && state.covers.has(node.key),
  );
  const summary = count === undefined ? NOT_A_STEP_LIST : count === 0 ? "no steps" : formatStepCount(count);
  const tabIndex = isActive ? 0 : -1;
  // Only an empty branch shows its place in the row; other places are buttons on the row's edge.
  const first = count === undefined ? undefined : places[0];
  const add = () =>
    openAddStepDialog(editor, { list: buildBranchStepListReference(node.key, branch), index: 0 });

  return (
    <div
      role="listitem"
      data-row={row.id}
      data-branch={branchLabel}
      aria-level={1 + level}
      aria-label={`${getStepName(node)} › ${branchLabel}, ${summary}`}
      tabIndex={tabIndex}
      onFocus={() => onActivate(row.id)}
      style={{
        height,
        transform: `translateY(${top}px)`,
        paddingLeft: computeRowConnectorAreaWidthPx(level, indent) - 24,
      }}
      className={joinClasses(
        "group/row absolute inset-x-0 top-0 flex [contain:layout_size_style] items-center gap-2 rounded-md pr-2 outline-offset-[-2px] transition-transform duration-150 select-none hover:z-10 focus-within:z-10 data-inserting:z-20 motion-reduce:transition-none",
        isTarget ? "bg-accent-soft" : isCarried && "bg-sunken",
      )}
    >
      <BranchRowConnector
        level={level}
        closes={Math.min(row.closes, level)}
        indent={indent}
        height={height}
      />
      <span
        className={joinClasses(
          "relative shrink-0 rounded-full border px-2 text-xs leading-5 font-medium",
          isTarget
            ? "border-accent bg-surface text-accent"
            : "border-control/35 bg-control-soft text-control",
        )}
      >
        {branchLabel}
      </span>
      <BranchConditionText node={node} branch={branch} />
      <span className="shrink-0 text-sm whitespace-nowrap text-faint">{count === 0 ? "empty" : summary}</span>
      {first && (
        <button
          type="button"
          data-no-drag=""
          aria-label={first.label}
          tabIndex={tabIndex}
          onClick={add}
          {...getTooltipProps(first.label)}
          className={joinClasses(
            "group/add relative size-6 shrink-0 place-items-center rounded-full group-data-moving/list:hidden pointer-coarse:size-10",
            count === 0 ? "inline-grid" : "hidden pointer-coarse:inline-grid",
          )}
        >
          <span className="grid size-5.5 place-items-center rounded-full border border-dashed border-line-strong text-muted group-hover/add:border-accent group-hover/add:text-accent">
            <Plus aria-hidden="true" className="size-3.5" />
          </span>
        </button>
      )}
      <InsertStepButtons
        places={count === 0 ? places.slice(1) : places}
        indent={indent}
        tabIndex={tabIndex}
      />
    </div>
  );
}, isSameBranchRow);

function isSameBranchRow(
  { row: a, ...before }: BranchRowProps,
  { row: b, ...after }: BranchRowProps,
): boolean {
  return (
    areRowsEqual(a, b) &&
    before.top === after.top &&
    before.height === after.height &&
    before.indent === after.indent &&
    before.isActive === after.isActive &&
    areSamePlaceLists(before.places, after.places)
  );
}

type BranchConditionProps = { readonly node: StepNode; readonly branch: BranchName };

export function BranchConditionText({ node, branch }: BranchConditionProps) {
  const condition = getStepConfig(node)["condition"];
  if (branch !== "trueSteps" || typeof condition !== "string" || condition.trim() === "") return null;
  const text = condition.slice(0, MAX_SHOWN_CHARACTERS);
  return (
    <code
      dir="auto"
      {...getTooltipProps(text, { whenTruncated: true })}
      className="min-w-0 truncate font-mono text-xs text-muted"
    >
      {text}
    </code>
  );
}

const MAX_SHOWN_CHARACTERS = 160;
