import { TriangleAlert } from "lucide-react";
import { useQueryClient } from "@tanstack/react-query";
import { memo } from "react";
import { describeBranches } from "#core/describe-branches.ts";
import { isEnabled, outputVariable, stepConfig, stepType } from "#core/step.ts";
import { runsFlows } from "#client/data/capability-queries.ts";
import { stepHint } from "#client/flow/step-hint.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { Chip } from "#client/ui/chip.tsx";
import { InlineEdit } from "#client/ui/inline-edit.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { MenuButton } from "#client/ui/menu-button.tsx";
import { MoreIcon } from "#client/ui/row-icons.tsx";
import { Switch } from "#client/ui/switch.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { describeStepType } from "#client/features/flow-editor/describe-step-row.ts";
import type { ProblemMark } from "#client/features/flow-editor/problems/mark-steps.ts";
import { ProblemMarker } from "#client/features/flow-editor/problems/problem-marker.tsx";
import { stepMenuEntries } from "#client/features/flow-editor/step-menu-entries.ts";
import { useTrial } from "#client/features/flow-editor/try/trial-store.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { FoldButton } from "./fold-button.tsx";
import { type Gap, GapButtons, areSameGaps } from "./gap-buttons.tsx";
import { trackWidth } from "./lanes.ts";
import { StepHandle } from "./step-handle.tsx";
import { StepLastRun } from "./step-last-run.tsx";
import type { StepMover } from "./step-mover.ts";
import { type StepItem, isSameRow } from "./step-rows.ts";
import { StepTrack } from "./step-track.tsx";

type StepCardProps = {
  readonly row: StepItem;
  readonly mover: StepMover;
  readonly name: string;
  readonly height: number;
  readonly indent: number;
  readonly gaps: readonly Gap[];
  readonly isActive: boolean;
  readonly isRenaming: boolean;
  readonly problem: string | undefined;
  readonly mark: ProblemMark | undefined;
  readonly onRenamingChange: (renaming: boolean, keepFocus: boolean) => void;
};

const TrialMark = lazyPart(
  async () => (await import("#client/features/flow-editor/try/trial-mark.tsx")).TrialMark,
  { onFail: () => undefined },
);

const TrialLine = lazyPart(
  async () => (await import("#client/features/flow-editor/try/trial-mark.tsx")).TrialLine,
  { fallback: ({ hint }) => hint, onFail: () => undefined },
);

/** Rows of this height and more have a second line, for the hint. */
const TWO_LINES = 52;
/** Deeper than this a narrow row has no room for its number. */
const MOST_NUMBERED = 3;

/** What a row shows. Rendered again only when its own step, place or state changed. */
export const StepCard = memo(
  function StepCard(props: StepCardProps) {
    const { row, mover, name, height, indent, gaps, isActive, isRenaming, problem, mark } = props;
    const { node, index, level } = row;
    const editor = useEditor();
    const client = useQueryClient();
    const isTried = useTrial(({ run }) => run?.steps.has(node.key) === true);
    const type = stepType(node);
    const enabled = isEnabled(node);
    const hint = describeBranches(node) ?? stepHint(type, stepConfig(node)) ?? describeStepType(type);
    const variable = outputVariable(node);
    const isTall = height >= TWO_LINES;
    const tabIndex = isActive ? 0 : -1;

    const title = isRenaming ? (
      <InlineEdit
        label={`Name of step ${index + 1}`}
        value={name}
        editing
        onEditingChange={props.onRenamingChange}
        emptyMessage="A step needs a name."
        onCommit={(next) => editor.actions.renameStep(node.key, next)}
        className="font-medium"
      />
    ) : (
      <span
        data-part="name"
        dir="auto"
        {...tooltip(name, { whenTruncated: true })}
        className={joinClasses("max-w-full self-start truncate font-medium", !enabled && "text-muted")}
      >
        {name}
      </span>
    );
    const hintLine = (
      <span data-part="hint" dir="auto" className="min-w-0 truncate text-sm text-faint">
        {isTried ? <TrialLine step={node.key} hint={hint} /> : hint}
      </span>
    );

    return (
      <>
        <StepTrack
          level={level}
          closes={Math.min(row.closes, level)}
          indent={indent}
          height={height}
          enabled={enabled}
        />
        <span
          className="relative flex shrink-0 justify-end pr-1.5 group-data-carried/row:opacity-40"
          style={{ width: trackWidth(level, indent) }}
          {...tooltip(describeStepType(type))}
        >
          <Station type={type} enabled={enabled} />
        </span>
        <span
          className={joinClasses(
            "w-9 shrink-0 pr-1.5 text-right text-xs text-faint tabular-nums max-sm:w-6 max-sm:pr-1",
            level > MOST_NUMBERED && "max-sm:hidden",
          )}
        >
          {index + 1}
        </span>
        <StepHandle step={node.key} name={name} mover={mover} tabIndex={tabIndex} />
        {node.branches && (
          <FoldButton step={node.key} name={name} isFolded={row.isFolded} tabIndex={tabIndex} />
        )}
        {isTall ? (
          <span className="flex min-w-0 flex-1 flex-col pl-1">
            {title}
            {!isRenaming && hintLine}
          </span>
        ) : (
          <span className="flex min-w-0 flex-1 items-baseline gap-3 pl-1">
            <span className={joinClasses("flex min-w-0", isRenaming ? "flex-1" : "max-w-[60%] shrink-0")}>
              {title}
            </span>
            {!isRenaming && hintLine}
          </span>
        )}
        {typeof node.fields["id"] === "string" && !isRenaming && !isTried && (
          <StepLastRun id={node.fields["id"]} />
        )}
        {variable !== undefined && !isTall && <Chip text={variable} className="ml-2 max-w-40 shrink-0" />}
        {problem !== undefined && (
          <span {...tooltip(problem)} className="ml-2 shrink-0 text-danger">
            <TriangleAlert aria-hidden="true" className="size-4" />
          </span>
        )}
        {mark && <ProblemMarker mark={mark} className="ml-2" />}
        {isTried && <TrialMark step={node.key} name={name} tabIndex={tabIndex} />}
        <span
          data-no-drag=""
          className="ml-2 flex shrink-0 items-center gap-1 pr-2 group-data-carried/row:opacity-40 group-data-[moving=tap]/list:invisible"
        >
          <Switch
            label={`Enable ${name}`}
            checked={enabled}
            tabIndex={tabIndex}
            onCheckedChange={() => editor.actions.toggle(node.key)}
          />
          <MenuButton
            label={`Actions for ${name}`}
            icon={MoreIcon}
            size="sm"
            tabIndex={tabIndex}
            data-part="menu"
            entries={() =>
              stepMenuEntries(editor, node.key, {
                onRename: () => props.onRenamingChange(true, false),
                mayRun: runsFlows(client),
              })
            }
          />
        </span>
        <GapButtons gaps={gaps} indent={indent} tabIndex={tabIndex} />
      </>
    );
  },
  // The handlers of a row are made anew with it but always do the same.
  (a, b) =>
    isSameRow(a.row, b.row) &&
    areSameGaps(a.gaps, b.gaps) &&
    a.height === b.height &&
    a.indent === b.indent &&
    a.isActive === b.isActive &&
    a.isRenaming === b.isRenaming &&
    a.problem === b.problem &&
    a.mark === b.mark,
);
