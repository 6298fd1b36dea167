import type { FlowDocument, StepNode } from "#core/flow-document.ts";
import type { JsonValue } from "#core/json.ts";
import type { Clash, FieldClash, PlaceClash, RemovalClash, Side } from "#core/merge/clash.ts";
import { mergeTextOverMine } from "#core/merge/merge-text.ts";
import { quoteName } from "#core/quote-name.ts";
import { findList, findStep, locateSteps } from "#core/step-list.ts";
import { describePosition } from "#core/step-place.ts";
import { stepName } from "#core/step.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";

/** The versions that a merge is made of. */
export interface Versions {
  readonly base: FlowDocument;
  readonly mine: FlowDocument;
  readonly theirs: FlowDocument;
}

/** The step that a clash is about, as the person knows it; undefined for the flow itself. */
export function findClashStep({ key }: Clash, { mine, theirs }: Versions): StepNode | undefined {
  return key === undefined ? undefined : (findStep(mine, key) ?? findStep(theirs, key));
}

/** “Summarise · Prompt”, “The flow · Name”, “Summarise · Place”. */
export function titleClash(clash: Clash, versions: Versions): string {
  const node = findClashStep(clash, versions);
  const owner = node ? quoteName(stepName(node)) : "The flow";
  return `${owner} · ${labelClash(clash, node)}`;
}

function labelClash(clash: Clash, node: StepNode | undefined): string {
  switch (clash.type) {
    case "field":
      return node ? describeFieldPath(node, clash.path) : clash.path[0] === "name" ? "Name" : "Description";
    case "removal":
      return clash.removedBy === "mine"
        ? "removed by you, changed by them"
        : "changed by you, removed by them";
    case "place":
      return "moved to two places";
  }
}

/** What taking a side comes to, as a choice is called. */
export function nameChoice(clash: Clash, side: Side): string {
  const whose = side === "mine" ? "Mine" : "Theirs";
  if (clash.type !== "removal") return whose;
  return `${whose}: ${clash.removedBy === side ? "remove it" : "keep it"}`;
}

/** Where a step stands in a version: “Position 2 of 3, in Route then, after “Queue””. */
export function describeStanding(document: FlowDocument, { key }: PlaceClash): string {
  const at = locateSteps(document).get(key);
  if (!at) return "Not there";
  const position = describePosition(document, key);
  const previous = findList(document, at.list)?.[at.index - 1];
  const after = previous ? `, after ${quoteName(stepName(previous))}` : "";
  return `${position.charAt(0).toUpperCase()}${position.slice(1)}${after}`;
}

/** Letters up to which a text is one line of a choice. */
const SHORT = 60;

/** A value as text; undefined where there is none. */
export function textOfValue(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value ? "On" : "Off";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

/** Values that are compared word by word, since they are too long to be taken in at a glance. */
export function isLongText({ base, mine, theirs }: FieldClash): boolean {
  return [base, mine, theirs].some((value) => {
    const text = textOfValue(value) ?? "";
    return text.length > SHORT || text.includes("\n");
  });
}

/** A text of which each side may be right in part: it can be put together by hand. */
export function isWritable(clash: Clash): clash is FieldClash & Record<Side, string> {
  return (
    clash.type === "field" &&
    typeof clash.mine === "string" &&
    typeof clash.theirs === "string" &&
    isLongText(clash)
  );
}

/** Where putting a text together begins: with all that does not clash, and with mine where it does. */
export function mergeByHand({ base, mine, theirs }: FieldClash & Record<Side, string>): string {
  return mergeTextOverMine(typeof base === "string" ? base : "", mine, theirs);
}

/** The side that still has a step which the other one removed. */
export const keeperOf = ({ removedBy }: RemovalClash): Side => (removedBy === "mine" ? "theirs" : "mine");
