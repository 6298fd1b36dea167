import { Check, CircleAlert } from "lucide-react";
import { type ReactNode, memo, useId, useMemo } from "react";
import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { describeStepPlace } from "#core/document/step-place.ts";
import type {
  ConflictChoice,
  MergeConflict,
  MergeSide,
  FieldConflict,
  RemovalConflict,
  MoveConflict,
} from "#core/merge/conflict.ts";
import { isStepEnabled, getStepType, getStepName } from "#core/document/step.ts";
import { mergeTextPreferringMine } from "#core/merge/merge-text.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import type { CustomConflictChoice } from "#client/document/remote/decisions.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { JsonValue } from "#core/json/json.ts";
import {
  listKeysOfStepAndNestedSteps,
  findStepList,
  findStep,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import { ChangeList, describeFlowDifference } from "#client/flow/change-list.tsx";
import { TextDifference } from "#client/flow/text-difference.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";

type ConflictGroupProps = {
  readonly conflict: MergeConflict;
  readonly versions: Versions;
  readonly choice: ConflictChoice | undefined;
  readonly written: CustomConflictChoice | undefined;
  readonly state: "open" | "stale" | "decided";
  readonly isMissing: boolean;
  readonly onChoose: (conflict: MergeConflict, choice: ConflictChoice) => void;
};

const SIDES: readonly MergeSide[] = ["mine", "theirs"];

export const MergeConflictRadioGroup = memo(function MergeConflictRadioGroup(props: ConflictGroupProps) {
  const { conflict, versions, choice, written, state, isMissing, onChoose } = props;
  const group = useId();
  const titleId = `${group}-title`;
  const node = findConflictStep(conflict, versions);
  const own = typeof choice === "object" ? choice : undefined;
  return (
    <fieldset
      data-conflict={conflict.id}
      aria-labelledby={titleId}
      {...(isMissing && { "aria-describedby": `${group}-missing` })}
      className="min-w-0 border-t border-line py-4 [contain-intrinsic-size:auto_12rem] [content-visibility:auto] first:border-t-0 first:pt-1"
    >
      <div className="flex items-center gap-2.5">
        {node && <FlowNode type={getStepType(node)} enabled={isStepEnabled(node)} size="sm" />}
        <h3 id={titleId} dir="auto" className="min-w-0 flex-1 text-sm font-medium break-words">
          {titleConflict(conflict, versions)}
        </h3>
        {isMissing && (
          <p id={`${group}-missing`} className="flex shrink-0 items-center gap-1 text-sm text-danger">
            <CircleAlert aria-hidden="true" className="size-4" />
            Choose one
          </p>
        )}
        {state === "decided" && <Check aria-hidden="true" className="size-4 shrink-0 text-success" />}
      </div>
      {state === "stale" && choice !== undefined && (
        <p className="mt-2 flex flex-wrap items-center gap-2 rounded-md bg-warning-soft px-3 py-1.5 text-sm text-warning">
          <span className="min-w-48 flex-1">This field changed after you chose. Review your choice.</span>
          <Button size="sm" onClick={() => onChoose(conflict, choice)}>
            Keep my choice
          </Button>
        </p>
      )}
      <div className="mt-2.5 grid gap-2.5 md:auto-cols-fr md:grid-flow-col">
        <ConflictBase conflict={conflict} versions={versions} />
        {SIDES.map((side) => (
          <ConflictOption
            key={side}
            group={group}
            label={nameChoice(conflict, side)}
            isChosen={choice === side}
            onChoose={() => onChoose(conflict, side)}
          >
            <ConflictSide conflict={conflict} side={side} versions={versions} />
          </ConflictOption>
        ))}
      </div>
      {canMergeByHand(conflict) && (
        <div className={joinClasses("mt-2.5", own && "grid")}>
          <ConflictOption
            group={group}
            label="Merge manually"
            isChosen={own !== undefined}
            onChoose={() => onChoose(conflict, own ?? written ?? { value: mergeByHand(conflict) })}
          >
            {own && (
              <ManualMergeEditor
                // Remounts with the server's new text; `text` preserves the user's merged text.
                key={conflict.theirs}
                text={typeof own.value === "string" ? own.value : conflict.mine}
                theirs={conflict.theirs}
                onChange={(value) => onChoose(conflict, { value })}
              />
            )}
          </ConflictOption>
        </div>
      )}
    </fieldset>
  );
});

type ConflictOptionProps = {
  readonly group: string;
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly children?: ReactNode;
};

function ConflictOption({ group, label, isChosen, onChoose, children }: ConflictOptionProps) {
  return (
    <div
      className={joinClasses(
        "min-w-0 rounded-md border",
        isChosen ? "border-accent outline-1 -outline-offset-1 outline-accent" : "border-line",
      )}
    >
      <label className="flex min-h-9 items-center gap-2 rounded-t-md px-3 text-sm font-medium hover:bg-hover pointer-coarse:min-h-11">
        <input
          type="radio"
          name={group}
          checked={isChosen}
          onChange={onChoose}
          // A click on the chosen option confirms a choice that has become stale.
          onClick={isChosen ? onChoose : undefined}
          data-autofocus=""
          className="size-4 shrink-0 accent-(--accent)"
        />
        {label}
      </label>
      {children && <div className="px-3 pb-3">{children}</div>}
    </div>
  );
}

type ValueProps = { readonly conflict: MergeConflict; readonly versions: Versions };

/** Shows the base value. Omitted for long texts, because the diff of each side contains the base. */
function ConflictBase({ conflict, versions }: ValueProps) {
  if (conflict.type === "removal" || (conflict.type === "field" && isLongText(conflict))) return null;
  return (
    <div className="min-w-0 rounded-md border border-transparent bg-sunken px-3 pb-3">
      <p className="flex min-h-9 items-center text-sm text-muted pointer-coarse:min-h-11">Before</p>
      {conflict.type === "field" ? (
        <ShortValue value={conflict.base} />
      ) : (
        <p className="text-sm break-words">{describePlace(versions.base, conflict)}</p>
      )}
    </div>
  );
}

function ConflictSide({ conflict, side, versions }: ValueProps & { readonly side: MergeSide }) {
  switch (conflict.type) {
    case "field":
      return <FieldValue conflict={conflict} side={side} />;
    case "place":
      return <p className="text-sm break-words">{describePlace(versions[side], conflict)}</p>;
    case "removal":
      return conflict.removedBy === side ? null : (
        <RemovalConflictChanges conflict={conflict} versions={versions} />
      );
  }
}

function FieldValue({ conflict, side }: { readonly conflict: FieldConflict; readonly side: MergeSide }) {
  if (!isLongText(conflict)) return <ShortValue value={conflict[side]} />;
  return <TextDifference before={textOfValue(conflict.base)} after={textOfValue(conflict[side])} />;
}

function ShortValue({ value }: { readonly value: JsonValue | undefined }) {
  const text = textOfValue(value);
  if (text === undefined || text === "")
    return <p className="text-sm text-muted italic">{text === undefined ? "Not set" : "Empty"}</p>;
  return (
    <p dir="auto" className="font-mono text-xs/5 break-words">
      {text}
    </p>
  );
}

function RemovalConflictChanges({
  conflict,
  versions,
}: {
  readonly conflict: RemovalConflict;
  readonly versions: Versions;
}) {
  const versionWithStep = versions[getSideWithStep(conflict)];
  const lines = useMemo(() => {
    const inside = new Set(listKeysOfStepAndNestedSteps(conflict.node));
    return describeFlowDifference(versions.base, versionWithStep).filter(
      ({ key }) => key !== undefined && inside.has(key),
    );
  }, [conflict.node, versionWithStep, versions.base]);
  return <ChangeList label="Changes in this step" lines={lines} />;
}

const TextMergeView = createLazyComponent(
  async () => (await import("#client/ui/code/text-merge.tsx")).TextMergeView,
  {
    fallback: <SkeletonRows label="Loading editor" rows={3} />,
  },
);

type ManualMergeEditorProps = {
  readonly text: string;
  readonly theirs: string;
  readonly onChange: (text: string) => void;
};

function ManualMergeEditor({ text, theirs, onChange }: ManualMergeEditorProps) {
  return (
    <TextMergeView label="Merged text" text={text} other={theirs} otherLabel="theirs" onChange={onChange} />
  );
}

interface Versions {
  readonly base: FlowDocument;
  readonly mine: FlowDocument;
  readonly theirs: FlowDocument;
}

function findConflictStep({ key }: MergeConflict, { mine, theirs }: Versions): StepNode | undefined {
  return key === undefined ? undefined : (findStep(mine, key) ?? findStep(theirs, key));
}

function titleConflict(conflict: MergeConflict, versions: Versions): string {
  const node = findConflictStep(conflict, versions);
  const owner = node ? quoteName(getStepName(node)) : "The flow";
  return `${owner} · ${labelConflict(conflict, node)}`;
}

function labelConflict(conflict: MergeConflict, node: StepNode | undefined): string {
  switch (conflict.type) {
    case "field":
      return node
        ? describeFieldPath(node, conflict.path)
        : conflict.path[0] === "name"
          ? "Name"
          : "Description";
    case "removal":
      return conflict.removedBy === "mine"
        ? "removed by you, changed by them"
        : "changed by you, removed by them";
    case "place":
      return "moved to two places";
  }
}

function nameChoice(conflict: MergeConflict, side: MergeSide): string {
  const whose = side === "mine" ? "Mine" : "Theirs";
  if (conflict.type !== "removal") return whose;
  return `${whose}: ${conflict.removedBy === side ? "remove" : "keep"}`;
}

function describePlace(document: FlowDocument, { key }: MoveConflict): string {
  const at = getLocationsOfAllSteps(document).get(key);
  if (!at) return "Removed";
  const position = describeStepPlace(document, key);
  const previous = findStepList(document, at.list)?.[at.index - 1];
  const after = previous ? `, after ${quoteName(getStepName(previous))}` : "";
  return `${position.charAt(0).toUpperCase()}${position.slice(1)}${after}`;
}

/** Maximum number of characters that fit on one line of a choice. */
const MAX_SHORT_TEXT_LENGTH = 60;

function textOfValue(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value ? "On" : "Off";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

/** Whether a value is too long to compare at a glance; long texts are shown as word diffs. */
function isLongText({ base, mine, theirs }: FieldConflict): boolean {
  return [base, mine, theirs].some((value) => {
    const text = textOfValue(value) ?? "";
    return text.length > MAX_SHORT_TEXT_LENGTH || text.includes("\n");
  });
}

/** Only long texts, in which each side may be right in part. */
function canMergeByHand(conflict: MergeConflict): conflict is FieldConflict & Record<MergeSide, string> {
  return (
    conflict.type === "field" &&
    typeof conflict.mine === "string" &&
    typeof conflict.theirs === "string" &&
    isLongText(conflict)
  );
}

/** With every non-conflicting change, and the user's own version where the texts conflict. */
function mergeByHand({ base, mine, theirs }: FieldConflict & Record<MergeSide, string>): string {
  return mergeTextPreferringMine(typeof base === "string" ? base : "", mine, theirs);
}

const getSideWithStep = ({ removedBy }: RemovalConflict): MergeSide =>
  removedBy === "mine" ? "theirs" : "mine";
