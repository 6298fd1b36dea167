import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import { ChevronRight } from "lucide-react";
import { memo } from "react";
import { useStore } from "zustand";
import { isStepEnabled, getOutputVariable, getStepType } from "#core/document/step.ts";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { InlineTextEditor } from "#client/ui/fields/inline-text-editor.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { Switch } from "#client/ui/controls/switch.tsx";
import { getDisabledReasonProps, getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import { summarizeStepBesideName } from "#client/editor/session/step-row-accessible-name.ts";
import { RowProblemIndicator } from "#client/editor/problems/row-problem-indicator.tsx";
import { listStepMenuEntries } from "#client/editor/actions/menus.ts";
import { renameStep } from "#client/editor/actions/rename.ts";
import { toggleStepsEnabledAction } from "#client/editor/actions/toggle.ts";
import { useEditor, useTestRunState } from "#client/editor/session/editor-provider.tsx";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { type LabeledPlace, InsertStepButtons, areSamePlaceLists } from "./insert-step-buttons.tsx";
import { computeRowConnectorAreaWidthPx } from "./row-geometry.ts";
import type { StepMoveController } from "./step-move-controller.ts";
import { type StepRowData, areRowsEqual } from "./step-rows.ts";
import { StepRowConnector } from "./step-row-connector.tsx";

type StepCardProps = {
  readonly row: StepRowData;
  readonly mover: StepMoveController;
  readonly name: string;
  readonly height: number;
  readonly indent: number;
  readonly places: readonly LabeledPlace[];
  readonly isActive: boolean;
  readonly isRenaming: boolean;
  readonly viewOnlyReason: string | undefined;
  readonly problem: string | undefined;
  readonly descriptionId: string;
  readonly onRenamingChange: (renaming: boolean, keepFocus: boolean) => void;
};

const StepTestRunStatusButton = createLazyComponent(
  async () => (await import("#client/editor/test-run/step-test-run-summary.tsx")).StepTestRunStatusButton,
  { onFail: () => undefined },
);

const StepTestRunSummary = createLazyComponent(
  async () => (await import("#client/editor/test-run/step-test-run-summary.tsx")).StepTestRunSummary,
  { fallback: ({ hint }) => hint, onFail: () => undefined },
);

/** The minimum row height, in CSS pixels, at which the step's hint gets a second line. */
const MIN_TWO_LINE_HEIGHT_PX = 52;
/** On a narrow page, rows deeper than this nesting level have no room for the step's number. */
const MAX_NUMBERED_LEVEL = 1;

export const StepCard = memo(
  function StepCard(props: StepCardProps) {
    const { row, mover, name, height, indent, places, isActive, isRenaming, viewOnlyReason, problem } = props;
    const { node, index, level } = row;
    const editor = useEditor();
    const isInTestRun = useTestRunState(({ run }) => run?.steps.has(node.key) === true);
    const type = getStepType(node);
    const enabled = isStepEnabled(node);
    const hint = summarizeStepBesideName(node);
    const variable = getOutputVariable(node);
    const isTall = height >= MIN_TWO_LINE_HEIGHT_PX;
    const tabIndex = isActive ? 0 : -1;

    return (
      <>
        <StepRowConnector
          level={level}
          closes={Math.min(row.closes, level)}
          indent={indent}
          height={height}
          enabled={enabled}
        />
        <span
          className="relative flex shrink-0 justify-end pr-1.5 group-data-carried/row:opacity-40"
          style={{ width: computeRowConnectorAreaWidthPx(level, indent) }}
          {...getTooltipProps(describeStepType(type))}
        >
          <FlowNode type={type} enabled={enabled} />
        </span>
        <StepNumber
          step={node.key}
          index={index}
          level={level}
          name={name}
          foldable={node.branches && (row.isFolded ? "folded" : "open")}
          tabIndex={tabIndex}
        />
        <StepHandle
          step={node.key}
          name={name}
          mover={mover}
          viewOnlyReason={viewOnlyReason}
          tabIndex={tabIndex}
        />
        {isRenaming ? (
          <span className="flex min-w-0 flex-1 pl-1">
            <InlineTextEditor
              label={`Name of step ${index + 1}`}
              value={name}
              editing
              onEditingChange={props.onRenamingChange}
              emptyMessage="Name is required."
              onCommit={(next) => renameStep(editor, node.key, next)}
              className="font-medium"
            />
          </span>
        ) : (
          // Wraps the hint, then the variable, to a line that is clipped if there is no room beside the name.
          <span
            className={joinClasses(
              "flex min-w-0 flex-1 flex-wrap overflow-hidden pl-1",
              isTall ? "max-h-10" : "h-6 gap-x-3 leading-6",
            )}
          >
            {/* The click bubbles to the row, which selects the step. */}
            <button
              type="button"
              data-part="name"
              dir="auto"
              aria-label={`${name}, open settings`}
              tabIndex={-1}
              {...getTooltipProps(name, { whenTruncated: true })}
              className={joinClasses(
                "text-left font-medium select-none",
                isTall ? "two-lines w-full" : "max-w-full truncate",
                !enabled && "text-muted",
              )}
            >
              {name}
            </button>
            <span
              className={joinClasses(
                "flex min-w-0 flex-1",
                isTall
                  ? "basis-full"
                  : "h-6 basis-12 flex-wrap-reverse content-end justify-end gap-x-3 overflow-hidden",
                !isTall && variable !== undefined && "@xl:basis-28 @3xl:basis-36",
              )}
            >
              <span
                data-part="hint"
                dir="auto"
                className={joinClasses(
                  "min-w-0 flex-1 basis-12 truncate text-sm text-faint",
                  !isTall && "leading-6",
                )}
              >
                {isInTestRun ? <StepTestRunSummary step={node.key} hint={hint} /> : hint}
              </span>
              {variable !== undefined && !isTall && (
                <span className="hidden h-6 w-28 shrink-0 items-center @xl:flex @3xl:w-36">
                  <CodeChip text={variable} />
                </span>
              )}
            </span>
          </span>
        )}
        {/* On a narrow page, the marks of a row are one below the other. */}
        <span className="contents max-sm:flex max-sm:flex-col max-sm:gap-1">
          {isInTestRun ? (
            <span className={joinClasses(lastRunColumn, "@lg:w-16")}>
              <StepTestRunStatusButton step={node.key} name={name} tabIndex={tabIndex} />
            </span>
          ) : (
            <StepLastRun step={node} />
          )}
          {/* Without a box on a narrow page, where the mark takes room only if there is one. */}
          <span className="ml-1 grid w-5 shrink-0 place-items-center max-sm:contents">
            <RowProblemIndicator
              step={node.key}
              isFolded={row.isFolded}
              saveError={problem}
              id={props.descriptionId}
            />
          </span>
        </span>
        <StepSwitchAndMenu
          step={node.key}
          name={name}
          enabled={enabled}
          viewOnlyReason={viewOnlyReason}
          tabIndex={tabIndex}
        />
        <InsertStepButtons places={places} indent={indent} tabIndex={tabIndex} />
      </>
    );
  },
  // A row creates new handlers on every render, but their behavior does not change.
  (a, b) =>
    areRowsEqual(a.row, b.row) &&
    areSamePlaceLists(a.places, b.places) &&
    a.height === b.height &&
    a.indent === b.indent &&
    a.isActive === b.isActive &&
    a.isRenaming === b.isRenaming &&
    a.viewOnlyReason === b.viewOnlyReason &&
    a.problem === b.problem,
);

// The parts of a row are memoized, because most edits and problems change one or two of them.

type StepNumberProps = {
  readonly step: StepKey;
  readonly index: number;
  readonly level: number;
  readonly name: string;
  /** Undefined for a step without branches. */
  readonly foldable: "folded" | "open" | undefined;
  readonly tabIndex: number;
};

/** Shows a conditional's fold button beside its number, so that all names of a nesting level are aligned. */
const StepNumber = memo(function StepNumber(props: StepNumberProps) {
  const { step, index, level, name, foldable, tabIndex } = props;
  const classes =
    "flex w-12 shrink-0 items-center justify-end pr-1.5 text-xs text-faint tabular-nums max-sm:w-8 max-sm:justify-center max-sm:pr-0";
  if (!foldable)
    return (
      <span
        className={joinClasses(classes, level > MAX_NUMBERED_LEVEL ? "max-sm:hidden" : "max-tiny:hidden")}
      >
        {index + 1}
      </span>
    );
  return (
    <span className={classes}>
      <FoldButton step={step} name={name} isFolded={foldable === "folded"} tabIndex={tabIndex} />
      <span className="ml-auto max-sm:hidden">{index + 1}</span>
    </span>
  );
});

type StepSwitchAndMenuProps = {
  readonly step: StepKey;
  readonly name: string;
  readonly enabled: boolean;
  readonly viewOnlyReason: string | undefined;
  readonly tabIndex: number;
};

const StepSwitchAndMenu = memo(function StepSwitchAndMenu(props: StepSwitchAndMenuProps) {
  const { step, name, enabled, viewOnlyReason, tabIndex } = props;
  const editor = useEditor();
  return (
    <span
      data-no-drag=""
      className="ml-1 flex shrink-0 items-center gap-1 pr-2 group-data-carried/row:opacity-40 group-data-[moving=tap]/list:invisible"
    >
      <Switch
        label={`Enable ${name}`}
        checked={enabled}
        disabledReason={viewOnlyReason}
        tabIndex={tabIndex}
        onCheckedChange={() =>
          toggleStepsEnabledAction.run(editor, {
            keys: editor.targetsOf(step),
            lead: step,
            movedWith: "switch",
          })
        }
      />
      <StepMenuButton step={step} name={name} tabIndex={tabIndex} />
    </span>
  );
});

type StepPartProps = Pick<StepSwitchAndMenuProps, "step" | "name" | "tabIndex">;

const MoreIcon = () => <span aria-hidden="true" className="icon-more" />;

const StepMenuButton = memo(function StepMenuButton({ step, name, tabIndex }: StepPartProps) {
  const editor = useEditor();
  return (
    <MenuButton
      label={`Actions for ${name}`}
      icon={MoreIcon}
      size="sm"
      tabIndex={tabIndex}
      data-part="menu"
      entries={() => listStepMenuEntries(editor, step)}
    />
  );
});

type StepHandleProps = Omit<StepSwitchAndMenuProps, "enabled"> & { readonly mover: StepMoveController };

/** Space or Enter picks the step up for the arrow keys; a tap or a screen reader's click for another tap. */
const StepHandle = memo(function StepHandle(props: StepHandleProps) {
  const { step, name, mover, viewOnlyReason, tabIndex } = props;
  const { refuseEdit } = useEditor();
  const pickedUp = useStepMoveState((state) =>
    state.type !== "none" && state.type !== "pointer" && state.lead === step ? state.type : undefined,
  );

  return (
    <button
      type="button"
      data-part="handle"
      aria-label={`Reorder ${name}`}
      aria-pressed={pickedUp !== undefined}
      aria-describedby={viewOnlyReason === undefined ? "reorder-instructions" : undefined}
      tabIndex={tabIndex}
      // Firefox fires a click when Space is released, which would pick up the step that was just dropped.
      onKeyUp={(event) => event.key === " " && event.preventDefault()}
      onClick={() => {
        if (pickedUp) mover.putBack();
        else if (!refuseEdit()) mover.pickUp(step, "tap");
      }}
      // A tap on a destination also blurs the handle, so blur cancels only a move by keyboard.
      onBlur={() => pickedUp === "keyboard" && mover.putBack()}
      {...getTooltipProps("Drag to move, click to choose a position, or press Space and use the arrow keys")}
      {...getDisabledReasonProps(viewOnlyReason)}
      className={joinClasses(
        "grid h-8 w-6 shrink-0 before:icon-grip not-aria-disabled:cursor-grab touch-none aria-disabled:opacity-50 place-items-center rounded-md group-hover/row:transition-colors pointer-coarse:h-10",
        pickedUp
          ? "bg-accent text-accent-ink"
          : // A color instead of opacity, which would create a compositing layer in every row.
            "text-faint/45 group-focus-within/row:text-faint group-hover/row:text-faint hover:text-ink pointer-coarse:text-faint",
      )}
    />
  );
});

type FoldButtonProps = StepPartProps & { readonly isFolded: boolean };

function FoldButton({ step, name, isFolded, tabIndex }: FoldButtonProps) {
  const { selection } = useEditor();
  const label = isFolded ? `Expand ${name}` : `Collapse ${name}`;
  return (
    <button
      type="button"
      data-no-drag=""
      aria-label={label}
      aria-expanded={!isFolded}
      tabIndex={tabIndex}
      onClick={() => (isFolded ? selection.unfold(step) : selection.fold(step))}
      {...getTooltipProps(label, { shortcut: isFolded ? "ArrowRight" : "ArrowLeft" })}
      className="grid size-6 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink pointer-coarse:h-10 pointer-coarse:w-8"
    >
      <ChevronRight
        aria-hidden="true"
        className={joinClasses("size-4 transition-transform", !isFolded && "rotate-90")}
      />
    </button>
  );
}

const LastRunIndicator = createLazyComponent(
  async () =>
    (await loadAfterPaint(() => import("#client/editor/runs/last-runs-loader.tsx"))).LastRunIndicator,
  { onFail: () => undefined },
);

/** The column stays empty in a step without a result, so that columns are aligned; a narrow page hides it. */
const lastRunColumn = "ml-2 flex w-5 shrink-0 items-center max-sm:empty:hidden @2xl:w-22";

function StepLastRun({ step }: { readonly step: StepNode }) {
  const { lastRuns } = useEditor();
  const hasRuns = useStore(lastRuns, ({ byStep }) => byStep.size > 0);
  return (
    hasRuns && (
      <span className={lastRunColumn}>
        <LastRunOfStep step={step} />
      </span>
    )
  );
}

function LastRunOfStep({ step }: { readonly step: StepNode }) {
  const id = useOpenFlowState(({ history }) => getStepRunId(history.document, step));
  const { lastRuns } = useEditor();
  const run = useStore(lastRuns, ({ byStep }) => byStep.get(id));
  return run && <LastRunIndicator run={run} />;
}
