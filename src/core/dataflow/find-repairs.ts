import { type Command, applyCommand } from "#core/command.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { getAtPath } from "#core/json.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { respellStep } from "#core/references/respell-step.ts";
import { type Place, findStep, isSameList, locateSteps, stepsAround } from "#core/step-list.ts";
import { isEnabled } from "#core/step.ts";
import type { Analysis } from "./analyse.ts";
import { compareReads } from "./compare-reads.ts";
import { explainUnset, nameStep } from "./explain-read.ts";
import { findNeededSteps } from "./needed-steps.ts";
import type { Problem } from "./problem.ts";
import { resolveReads } from "./resolve-reads.ts";

/** One way to make a problem go away. */
export interface Repair {
  /** What it does, as on a button: “Move Fetch page above Summarise”. */
  readonly label: string;
  readonly command: Command;
}

/**
 * The ways to mend a problem, the smallest change first. Each was tried: afterwards the problem is gone and no reference is
 * broken that was not. None for a problem that only its author can mend.
 */
export function findRepairs(analysis: Analysis, problem: Problem, types: StepTypes): readonly Repair[] {
  switch (problem.code) {
    case "read-before-set":
    case "read-from-disabled":
    case "read-from-other-branch":
      return repairRead(analysis, problem, types);
    case "unknown-variable":
      return correctName(analysis, problem, types);
    case "bad-secret":
      return correctSecret(analysis.document, problem);
    default:
      return [];
  }
}

function repairRead(
  { document, survey, reads }: Analysis,
  { step, name = "", code }: Problem,
  types: StepTypes,
): readonly Repair[] {
  if (step === undefined) return [];
  const producers = survey.producers.get(name) ?? [];
  const { producer } = explainUnset(document, step, name, producers, survey.stepNames.has(name));
  const options = { types, survey };
  const isMended = ({ command }: Repair) => {
    const after = resolveReads(applyCommand(document, command), options);
    const read = after.get(step)?.find(({ reference }) => reference.name === name);
    return read?.state !== "unset" && compareReads(reads, after).broken.length === 0;
  };
  const moves = listMoves(document, step, producer).flatMap((move) => withNeeded(document, move, types));
  const found: readonly Repair[] =
    code === "read-from-disabled"
      ? [switchOn(document, producer)]
      : moves.filter(({ command }) => command.type === "moveSteps");
  return found.filter(isMended);
}

interface Move {
  readonly key: StepKey;
  readonly place: Place;
  readonly where: string;
  /** Who comes along: up, those that it reads from; down, those that read from it. */
  readonly others: "that it needs" | "that need it";
}

/** Both ways to bring a step that sets and one that reads into order, in the innermost list around both. */
function listMoves(document: FlowDocument, reader: StepKey, producer: StepKey): readonly Move[] {
  const known = locateSteps(document);
  const pathOf = (key: StepKey) => {
    const at = known.get(key);
    return at
      ? [...stepsAround(document, at.list).toReversed(), key].flatMap((step) => known.get(step) ?? [])
      : [];
  };
  const [a, b] = [pathOf(reader), pathOf(producer)];
  for (let level = 0; ; level += 1) {
    const [x, y] = [a[level], b[level]];
    if (!x || !y) {
      // The reader is a conditional, and what its condition reads is set inside it.
      const around = !x && y ? a.at(-1) : undefined;
      return around ? [moveAbove(document, producer, around.node.key)] : [];
    }
    if (!isSameList(x.list, y.list)) {
      const conditional = a[level - 1]?.node.key;
      return conditional === undefined ? [] : [moveAbove(document, producer, conditional)];
    }
    if (x.index !== y.index) {
      const below = { list: y.list, index: y.index + 1 };
      const where = `below ${nameStep(document, y.node.key)}`;
      return [
        moveAbove(document, y.node.key, x.node.key),
        { key: x.node.key, place: below, where, others: "that need it" },
      ];
    }
  }
}

function moveAbove(document: FlowDocument, key: StepKey, next: StepKey): Move {
  const at = locateSteps(document).get(next);
  const place = at ? { list: at.list, index: at.index } : { list: { type: "root" as const }, index: 0 };
  return { key, place, where: `above ${nameStep(document, next)}`, others: "that it needs" };
}

/** The move itself, and the same with the steps that it takes along so as not to break others. */
function withNeeded(
  document: FlowDocument,
  { key, place, where, others }: Move,
  types: StepTypes,
): readonly Repair[] {
  const alone: Repair = {
    label: `Move ${nameStep(document, key)} ${where}`,
    command: { type: "moveSteps", keys: [key], place },
  };
  const needed = findNeededSteps(document, [key], place, types);
  if (!needed) return [alone];
  const count = needed.length - 1;
  const along =
    count === 1
      ? `a step ${others === "that need it" ? "that needs it" : others}`
      : `${count} steps ${others}`;
  return [
    {
      label: `Move ${nameStep(document, key)} and ${along} ${where}`,
      command: { type: "moveSteps", keys: needed, place },
    },
  ];
}

function switchOn(document: FlowDocument, key: StepKey): Repair {
  const at = locateSteps(document).get(key);
  const off = [key, ...(at ? stepsAround(document, at.list) : [])].filter((step) => {
    const node = findStep(document, step);
    return node && !isEnabled(node);
  });
  const [first = key] = off;
  const label = off.length > 1 ? `Switch on ${off.length} steps` : `Switch on ${nameStep(document, first)}`;
  return { label, command: { type: "setEnabled", keys: off, enabled: true } };
}

function correctName(
  { document, inputs }: Analysis,
  { step, name = "", correction }: Problem,
  types: StepTypes,
): readonly Repair[] {
  if (correction === undefined || step === undefined) return [];
  const readers = new Set(inputs.find((input) => input.name === name)?.reads.map((read) => read.step));
  const rename = (keys: readonly StepKey[], label: string): readonly Repair[] => {
    const names = { read: new Map([[name, correction]]), set: new Map() };
    const edits = keys.flatMap((key) => {
      const node = findStep(document, key);
      return node ? respellStep(node, names, types).edits : [];
    });
    return edits.length > 0
      ? [{ label, command: { type: "renameVariable", from: name, to: correction, edits } }]
      : [];
  };
  const here = rename([step], `Change to “${correction}”`);
  const all = readers.size > 1 ? rename([...readers], `Change in all ${readers.size} steps`) : [];
  return [...here, ...all];
}

function correctSecret(document: FlowDocument, { step, at, from }: Problem): readonly Repair[] {
  const node = step === undefined ? undefined : findStep(document, step);
  const text = node && getAtPath(node.fields, at);
  if (step === undefined || typeof text !== "string") return [];
  const mended = text.slice(0, from) + text.slice(from).replace(/^(\{\{\s*secret)s(\s*:)/, "$1$2");
  if (mended === text) return [];
  return [
    {
      label: "Write it as {{secret:…}}",
      command: { type: "replaceText", edits: [{ key: step, at, text: mended }] },
    },
  ];
}
