import { BRANCH_WORDS } from "#core/describe-branches.ts";
import { type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { type JsonPath, type JsonValue } from "#core/json.ts";
import { stepName } from "#core/step.ts";
import {
  type Place,
  type StepListRef,
  findList,
  findStep,
  isSameList,
  locateSteps,
} from "#core/step-list.ts";
import type { Change, FieldChange } from "./find-changes.ts";

/** One change, or a few that are one in a person's eyes, as a sentence. */
export interface ChangeLine {
  readonly type: "flow" | "added" | "removed" | "moved" | "renamed" | "switched" | "edited";
  /** The step that it is about: of the later document, or of the earlier one where it was removed. */
  readonly key: StepKey | undefined;
  readonly sentence: string;
  /** What a value was and is, where it is too long for the sentence; `undefined` for one that is not there. */
  readonly texts?: { readonly before: string | undefined; readonly after: string | undefined };
}

/** Names a field of a step as its form does: “Prompt”, “Headers · Accept”. */
export type LabelField = (node: StepNode, path: JsonPath) => string;

/** Letters up to which a value is part of the sentence. */
const SHORT = 40;

/** The changes between two documents in words, in the order of the page; removed steps come last. */
export function describeChanges(
  before: FlowDocument,
  after: FlowDocument,
  changes: readonly Change[],
  labelField: LabelField,
): readonly ChangeLine[] {
  const added = keysOf(changes, "add");
  const removed = keysOf(changes, "remove");
  const moved = keysOf(changes, "move");
  const renames = findVariableRenames(changes);
  const lines: ChangeLine[] = [];
  let lastMove: { readonly words: string; readonly line: ChangeLine; readonly count: number } | undefined;
  for (const change of changes) {
    switch (change.type) {
      case "rename":
        lines.push({ type: "flow", key: undefined, sentence: `Renamed the flow to ${quote(change.after)}` });
        break;
      case "describe":
        lines.push(describeDescription(change.before ?? "", change.after ?? ""));
        break;
      case "add":
        if (!isInside(change.place.list, added))
          lines.push(describeAddition(after, change.node, change.place));
        break;
      case "remove":
        if (!isInside(change.place.list, removed))
          lines.push({
            type: "removed",
            key: change.node.key,
            sentence: `Removed ${nameWithInside(change.node)}`,
          });
        break;
      case "move": {
        const words = describeWay(before, after, change.key, change.to, moved);
        const isSame = lastMove?.words === words && lines.at(-1) === lastMove.line;
        const count = isSame && lastMove ? lastMove.count + 1 : 1;
        if (isSame) lines.pop();
        const key = isSame && lastMove ? lastMove.line.key : change.key;
        const sentence = `Moved ${nameSeveral(after, key ?? change.key, count)} ${words}`;
        const line: ChangeLine = { type: "moved", key, sentence };
        lastMove = { words, line, count };
        lines.push(line);
        break;
      }
      case "field":
        if (!renames.isUse(change))
          lines.push(describeField(after, change, labelField, renames.countUses(change)));
        break;
    }
  }
  return lines;
}

function keysOf(changes: readonly Change[], type: "add" | "remove" | "move"): ReadonlySet<StepKey> {
  return new Set(
    changes.flatMap((change) => {
      if (change.type !== type) return [];
      return [change.type === "move" ? change.key : change.node.key];
    }),
  );
}

const isInside = (list: StepListRef, keys: ReadonlySet<StepKey>) =>
  list.type === "branch" && keys.has(list.step);

function describeDescription(before: string, after: string): ChangeLine {
  const verb = before === "" ? "Added" : after === "" ? "Removed" : "Changed";
  return {
    type: "flow",
    key: undefined,
    sentence: `${verb} the flow’s description`,
    texts: { before, after },
  };
}

function describeAddition(after: FlowDocument, node: StepNode, { list, index }: Place): ChangeLine {
  const previous = findList(after, list)?.[index - 1];
  const where = previous
    ? `after ${quote(stepName(previous))}`
    : list.type === "root"
      ? "at the start"
      : `in ${nameList(after, list)}`;
  return { type: "added", key: node.key, sentence: `Added ${nameWithInside(node)} ${where}` };
}

/** How a step was moved: up or down past how many of those that stand still, or to which list. */
function describeWay(
  before: FlowDocument,
  after: FlowDocument,
  key: StepKey,
  to: Place,
  moved: ReadonlySet<StepKey>,
): string {
  const [from, at] = [locateSteps(before).get(key), locateSteps(after).get(key)];
  if (!from || !at || !isSameList(from.list, at.list)) return `to ${nameList(after, to.list)}`;
  const ahead = (document: FlowDocument, index: number) =>
    (findList(document, to.list) ?? [])
      .slice(0, index)
      .filter((step) => !moved.has(step.key) && isInBoth(step.key)).length;
  const isInBoth = (step: StepKey) =>
    findStep(before, step) !== undefined && findStep(after, step) !== undefined;
  const past = ahead(after, at.index) - ahead(before, from.index) || at.index - from.index;
  if (past === 0) return "to another place";
  return `${past < 0 ? "up" : "down"} ${Math.abs(past)}`;
}

function describeField(
  after: FlowDocument,
  { key, path, before, after: now }: FieldChange,
  labelField: LabelField,
  uses: number,
): ChangeLine {
  const node = findStep(after, key);
  const name = node ? quote(stepName(node)) : "a step";
  const [field] = path;
  if (path.length === 1 && field === "name")
    return {
      type: "renamed",
      key,
      sentence: `Renamed ${quote(textOf(before) ?? "a step")} to ${quote(textOf(now) ?? "")}`,
    };
  if (path.length === 1 && field === "enabled")
    return { type: "switched", key, sentence: `Switched ${now === false ? "off" : "on"} ${name}` };
  if (isOutputName(path) && typeof before === "string" && typeof now === "string") {
    const where =
      uses === 0
        ? ""
        : `, also in ${uses} place${uses === 1 ? "" : "s"} that read${uses === 1 ? "s" : ""} it`;
    return {
      type: "edited",
      key,
      sentence: `Renamed the variable ${quote(before)} of ${name} to ${quote(now)}${where}`,
    };
  }
  const label = node ? labelField(node, path) : path.join(".");
  const [was, is] = [textOf(before), textOf(now)];
  if (was === undefined || is === undefined) {
    const value = was ?? is ?? "";
    const verb = was === undefined ? "Set" : "Removed";
    if (!isShort(value))
      return {
        type: "edited",
        key,
        sentence: `${verb} ${label} of ${name}`,
        texts: { before: was, after: is },
      };
    const tail = was === undefined ? `of ${name} to ${quote(value)}` : `${quote(value)} of ${name}`;
    return { type: "edited", key, sentence: `${verb} ${label} ${tail}` };
  }
  if (isShort(was) && isShort(is))
    return {
      type: "edited",
      key,
      sentence: `Changed ${label} of ${name} from ${quote(was)} to ${quote(is)}`,
    };
  return { type: "edited", key, sentence: `Changed ${label} of ${name}`, texts: { before: was, after: is } };
}

/** Renamed variables, and the fields in which nothing else than that name changed. */
function findVariableRenames(changes: readonly Change[]) {
  const renames = changes.flatMap((change) => {
    if (change.type !== "field" || !isOutputName(change.path)) return [];
    const { before, after } = change;
    return typeof before === "string" && typeof after === "string" && before !== ""
      ? [{ change, before, after }]
      : [];
  });
  const uses = new Map<Change, FieldChange>();
  for (const change of changes) {
    if (change.type !== "field" || typeof change.before !== "string" || isOutputName(change.path)) continue;
    const text = change.before;
    const rename = renames.find(({ before, after }) => replaceWord(text, before, after) === change.after);
    if (rename) uses.set(change, rename.change);
  }
  return {
    isUse: (change: Change) => uses.has(change),
    countUses: (change: FieldChange) => [...uses.values()].filter((rename) => rename === change).length,
  };
}

function replaceWord(text: string, word: string, by: string): string {
  const pattern = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![\\w$])${pattern}(?![\\w$])`, "g"), () => by);
}

function isOutputName([first, second, ...rest]: JsonPath): boolean {
  return (
    first === "config" && rest.length === 0 && (second === "outputVariable" || second === "variableName")
  );
}

function textOf(value: JsonValue | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

const isShort = (text: string) => text.length <= SHORT && !text.includes("\n");

const quote = (text: string) => (text === "" ? "nothing" : `“${text}”`);

function nameSeveral(document: FlowDocument, key: StepKey, count: number): string {
  const node = findStep(document, key);
  const name = node ? quote(stepName(node)) : "a step";
  return count === 1 ? name : `${name} and ${count - 1} step${count === 2 ? "" : "s"} after it`;
}

function nameWithInside(node: StepNode): string {
  const count = countInside(node);
  return `${quote(stepName(node))}${count === 0 ? "" : ` with ${count} step${count === 1 ? "" : "s"} inside`}`;
}

function countInside({ branches }: StepNode): number {
  const nested = [...(branches?.trueSteps ?? []), ...(branches?.falseSteps ?? [])];
  return nested.reduce((sum, node) => sum + 1 + countInside(node), 0);
}

function nameList(document: FlowDocument, list: StepListRef): string {
  if (list.type === "root") return "the top level";
  const owner = findStep(document, list.step);
  return `${owner ? quote(stepName(owner)) : "a step"} ${BRANCH_WORDS[list.branch]}`;
}
