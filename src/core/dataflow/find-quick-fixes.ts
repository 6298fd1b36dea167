import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { getJsonAtPath } from "#core/json/json.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { renameVariablesInStep } from "#core/references/rename-step-variables.ts";
import {
  type StepPlace,
  findStep,
  haveSameStepOrder,
  isSameStepListRef,
  getLocationsOfAllSteps,
  listEnclosingConditionals,
} from "#core/document/step-list.ts";
import { isStepEnabled } from "#core/document/step.ts";
import type { FlowAnalysisResult } from "./analyze.ts";
import { compareVariableReads } from "./compare-reads.ts";
import { explainUnsetVariable, getQuotedStepNameByKey } from "./explain-read.ts";
import { findStepsToMoveTogether } from "./steps-to-move-together.ts";
import type { Problem } from "./problem.ts";
import { resolveVariableReads } from "./resolve-reads.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

export interface ProblemQuickFix {
  readonly label: string;
  readonly command: EditCommand;
}

/** Only fixes that remove the problem and break no reference, smallest change first. */
export function findQuickFixes(
  analysis: FlowAnalysisResult,
  problem: Problem,
  types: StepTypeLookup,
): readonly ProblemQuickFix[] {
  switch (problem.code) {
    case "read-before-set":
    case "read-from-disabled":
    case "read-from-other-branch":
      return fixRead(analysis, problem, types);
    case "unknown-variable":
      return correctName(analysis, problem, types);
    case "bad-secret":
      return correctSecret(analysis.document, problem);
    case "condition-assigns":
      return replaceAtProblem(analysis.document, problem, {
        label: "Change to ===",
        pattern: /^=/,
        replacement: "===",
      });
    default:
      return [];
  }
}

function fixRead(
  { document, survey, reads }: FlowAnalysisResult,
  { step, name = "", code }: Problem,
  types: StepTypeLookup,
): readonly ProblemQuickFix[] {
  if (step === undefined) return [];
  const producers = survey.producers.get(name) ?? [];
  const { producer } = explainUnsetVariable(
    document,
    { reader: step, name, isStepName: survey.stepNames.has(name) },
    producers,
  );
  const options = { types, survey };
  const isFixed = ({ command }: ProblemQuickFix) => {
    const after = resolveVariableReads(applyEditCommand(document, command), options);
    const read = after.get(step)?.find(({ reference }) => reference.name === name);
    return read?.state !== "unset" && compareVariableReads(reads, after).broken.length === 0;
  };
  const moves = listMoves(document, step, producer).flatMap((move) => includeNeeded(document, move, types));
  const found: readonly ProblemQuickFix[] =
    code === "read-from-disabled"
      ? [switchOn(document, producer)]
      : moves.filter(({ command }) => command.type === "moveSteps");
  return removeRepeatedMoves(document, found.filter(isFixed));
}

/** Removes moves that lead to the same order as an earlier one, such as “B below A” after “A above B”. */
function removeRepeatedMoves(
  document: FlowDocument,
  quickFixes: readonly ProblemQuickFix[],
): readonly ProblemQuickFix[] {
  const results: FlowDocument[] = [];
  return quickFixes.filter(({ command }) => {
    const result = applyEditCommand(document, command);
    if (command.type === "moveSteps" && results.some((other) => haveSameStepOrder(other, result)))
      return false;
    results.push(result);
    return true;
  });
}

interface Move {
  readonly key: StepKey;
  readonly place: StepPlace;
  readonly where: string;
  /** `dependency`: up, with steps that set what `key` reads; `dependent`: down, with steps that read from it. */
  readonly others: "dependency" | "dependent";
}

/** In the innermost list that contains both steps. */
function listMoves(document: FlowDocument, reader: StepKey, producer: StepKey): readonly Move[] {
  const known = getLocationsOfAllSteps(document);
  const pathOf = (key: StepKey) => {
    const at = known.get(key);
    return at
      ? [...listEnclosingConditionals(document, at.list).toReversed(), key].flatMap(
          (step) => known.get(step) ?? [],
        )
      : [];
  };
  const [a, b] = [pathOf(reader), pathOf(producer)];
  for (let level = 0; ; level += 1) {
    const [x, y] = [a[level], b[level]];
    if (!x || !y) {
      // If the reader is a conditional that contains the producer, the producer must move out, above the conditional.
      const around = !x && y ? a.at(-1) : undefined;
      return around ? [moveAbove(document, producer, around.node.key)] : [];
    }
    if (!isSameStepListRef(x.list, y.list)) {
      const conditional = a[level - 1]?.node.key;
      return conditional === undefined ? [] : [moveAbove(document, producer, conditional)];
    }
    if (x.index !== y.index) {
      const below = { list: y.list, index: y.index + 1 };
      const where = `below ${getQuotedStepNameByKey(document, y.node.key)}`;
      return [
        moveAbove(document, y.node.key, x.node.key),
        { key: x.node.key, place: below, where, others: "dependent" },
      ];
    }
  }
}

function moveAbove(document: FlowDocument, key: StepKey, next: StepKey): Move {
  const at = getLocationsOfAllSteps(document).get(next);
  const place = at ? { list: at.list, index: at.index } : { list: { type: "root" as const }, index: 0 };
  return { key, place, where: `above ${getQuotedStepNameByKey(document, next)}`, others: "dependency" };
}

/** Includes the steps without which a reference breaks, if any group avoids that. */
function includeNeeded(
  document: FlowDocument,
  { key, place, where, others }: Move,
  types: StepTypeLookup,
): readonly ProblemQuickFix[] {
  const alone: ProblemQuickFix = {
    label: `Move ${getQuotedStepNameByKey(document, key)} ${where}`,
    command: { type: "moveSteps", keys: [key], place },
  };
  const needed = findStepsToMoveTogether(document, [key], place, types);
  if (!needed) return [alone];
  const count = needed.length - 1;
  const plural = others === "dependency" ? "dependencies" : "dependents";
  const othersText = formatCountWithNoun(count, others, plural);
  return [
    {
      label: `Move ${getQuotedStepNameByKey(document, key)} and ${othersText} ${where}`,
      command: { type: "moveSteps", keys: needed, place },
    },
  ];
}

function switchOn(document: FlowDocument, key: StepKey): ProblemQuickFix {
  const at = getLocationsOfAllSteps(document).get(key);
  const off = [key, ...(at ? listEnclosingConditionals(document, at.list) : [])].filter((step) => {
    const node = findStep(document, step);
    return node && !isStepEnabled(node);
  });
  const [first = key] = off;
  const label =
    off.length > 1
      ? `Switch on ${formatCountWithNoun(off.length, "step")}`
      : `Switch on ${getQuotedStepNameByKey(document, first)}`;
  return { label, command: { type: "setEnabled", keys: off, enabled: true } };
}

function correctName(
  { document, inputs }: FlowAnalysisResult,
  { step, name = "", correction }: Problem,
  types: StepTypeLookup,
): readonly ProblemQuickFix[] {
  if (correction === undefined || step === undefined) return [];
  const readers = new Set(inputs.find((input) => input.name === name)?.reads.map((read) => read.step));
  const rename = (keys: readonly StepKey[], label: string): readonly ProblemQuickFix[] => {
    const names = { read: new Map([[name, correction]]), set: new Map() };
    const edits = keys.flatMap((key) => {
      const node = findStep(document, key);
      return node ? renameVariablesInStep(node, names, types).edits : [];
    });
    return edits.length > 0
      ? [{ label, command: { type: "renameVariable", from: name, to: correction, edits } }]
      : [];
  };
  const here = rename([step], `Change to ${quoteName(correction)}`);
  const all =
    readers.size > 1
      ? rename([...readers], `Change in all ${formatCountWithNoun(readers.size, "step")}`)
      : [];
  return [...here, ...all];
}

function correctSecret(document: FlowDocument, problem: Problem): readonly ProblemQuickFix[] {
  return replaceAtProblem(document, problem, {
    label: "Change to {{secret:…}}",
    pattern: /^(\{\{\s*secret)s(\s*:)/,
    replacement: "$1$2",
  });
}

interface TextCorrection {
  readonly label: string;
  /** Must match at the place of the problem. */
  readonly pattern: RegExp;
  readonly replacement: string;
}

function replaceAtProblem(
  document: FlowDocument,
  { step, at, from }: Problem,
  { label, pattern, replacement }: TextCorrection,
): readonly ProblemQuickFix[] {
  const node = step === undefined ? undefined : findStep(document, step);
  const text = node && getJsonAtPath(node.fields, at);
  if (step === undefined || typeof text !== "string") return [];
  const fixed = text.slice(0, from) + text.slice(from).replace(pattern, replacement);
  if (fixed === text) return [];
  return [{ label, command: { type: "replaceText", edits: [{ key: step, at, text: fixed }] } }];
}
