import { safeParse } from "zod/v4/core";
import type { $ZodIssue } from "zod/v4/core";
import { FLOW_LIMITS, stepInput } from "#contract/flow.ts";
import { findStepType } from "#contract/step-types.ts";
import { checkStep, countSteps } from "#core/check-steps.ts";
import { BRANCHES, type FlowDocument } from "#core/flow-document.ts";
import { writeStep } from "#core/format-flow.ts";
import { type JsonObject, type JsonPath, type JsonValue, equalJson, isJsonObject } from "#core/json.ts";
import { locateSteps } from "#core/step-list.ts";
import type { PlacedProblem } from "./read-flow-text.ts";

interface FoundStep {
  readonly step: JsonObject;
  readonly path: JsonPath;
  /** In a person's words: “Step 3 › then › 1”. */
  readonly place: string;
}

/**
 * What keeps values from being the steps of a flow, each named by its step. A step that `document` holds just so is
 * passed over: whatever is wrong with it was not made wrong here, and its flow must still be editable.
 */
export function checkFlowSteps(
  values: readonly JsonValue[],
  document: FlowDocument,
): readonly PlacedProblem[] {
  const count = countSteps(values);
  if (count > FLOW_LIMITS.steps) {
    const message = `These are ${count.toLocaleString("en-GB")} steps; a flow may have ${FLOW_LIMITS.steps.toLocaleString("en-GB")} at most, nested ones included.`;
    return [{ severity: "error", message, path: ["flowSteps"] }];
  }
  const steps: FoundStep[] = [];
  collectSteps(values, ["flowSteps"], "Step", steps);
  const named = new Map(steps.map((found) => [found.path.join("."), found]));
  const isAsBefore = createComparison(document);
  const shapeFaults = values.flatMap((value, index) => checkStep(value, ["flowSteps", index]));
  const problems = shapeFaults.flatMap(({ message, path }): readonly PlacedProblem[] => {
    const found = findHolder(named, path);
    if (found && isAsBefore(found.step)) return [];
    return [{ severity: "error", message: found ? `${nameStep(found)}: ${message}` : message, path }];
  });
  for (const found of steps)
    if (!isAsBefore(found.step)) problems.push(...checkFields(found), ...checkType(found));
  return [...problems, ...checkIds(steps, isAsBefore)];
}

function collectSteps(values: readonly JsonValue[], path: JsonPath, place: string, into: FoundStep[]): void {
  values.forEach((step, index) => {
    if (!isJsonObject(step)) return;
    const own = `${place} ${index + 1}`;
    const at = [...path, index];
    into.push({ step, path: at, place: own });
    const { type, config } = step;
    if (type !== "conditional" || !isJsonObject(config)) return;
    for (const branch of BRANCHES) {
      const inside = Object.hasOwn(config, branch) ? config[branch] : undefined;
      const name = branch === "trueSteps" ? "then" : "else";
      if (Array.isArray(inside)) collectSteps(inside, [...at, "config", branch], `${own} › ${name} ›`, into);
    }
  });
}

/** The step that a path is in: the longest one that it goes on from. */
function findHolder(steps: ReadonlyMap<string, FoundStep>, path: JsonPath): FoundStep | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = steps.get(path.slice(0, length).join("."));
    if (found) return found;
  }
  return undefined;
}

function nameStep({ step, place }: FoundStep): string {
  const { name } = step;
  return typeof name === "string" && name.trim() !== "" ? `${place}, “${name.slice(0, 60)}”` : place;
}

function checkFields(found: FoundStep): readonly PlacedProblem[] {
  const result = safeParse(stepInput, found.step);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const [field] = issue.path;
    // A missing type is said with what is no step at all.
    if (typeof field !== "string" || field === "type") return [];
    const path = Object.hasOwn(found.step, field) ? [...found.path, field] : found.path;
    return [{ severity: "error", message: `${nameStep(found)}: ${wordIssue(field, issue)}`, path }];
  });
}

function wordIssue(field: string, issue: $ZodIssue): string {
  switch (field) {
    case "name":
      return "a step needs a “name”.";
    case "id":
      return "an “id” has 1 to 128 letters, digits or _ - : .";
    case "order":
      return "“order” is a whole number from 0. It can be left out: steps run as they stand.";
    case "enabled":
      return "“enabled” is true or false.";
    case "when":
      return issue.code === "too_big"
        ? `a condition may have ${FLOW_LIMITS.when} characters at most.`
        : "“when” is a text.";
    case "config":
      return "a “config” is an object: { … }.";
    default:
      return `“${field}” cannot be this.`;
  }
}

function checkType(found: FoundStep): readonly PlacedProblem[] {
  const { type } = found.step;
  if (typeof type !== "string" || type.trim() === "" || findStepType(type)) return [];
  const message = `${nameStep(found)}: “${type.slice(0, 60)}” is no step type that is known here. It is kept, but the server may refuse it.`;
  return [{ severity: "warning", message, path: [...found.path, "type"] }];
}

function checkIds(
  steps: readonly FoundStep[],
  isAsBefore: (step: JsonObject) => boolean,
): readonly PlacedProblem[] {
  const first = new Map<string, FoundStep>();
  return steps.flatMap((found): readonly PlacedProblem[] => {
    const { id } = found.step;
    if (typeof id !== "string") return [];
    const other = first.get(id);
    if (!other) {
      first.set(id, found);
      return [];
    }
    // Both as they were, and two of them: they came so. One of them twice is a copy that was made here.
    if (isAsBefore(found.step) && isAsBefore(other.step) && !equalJson(found.step, other.step)) return [];
    const message = `${nameStep(found)}: its id “${id.slice(0, 60)}” is that of ${nameStep(other)} already. Leave “id” out and it gets one of its own.`;
    return [{ severity: "error", message, path: [...found.path, "id"] }];
  });
}

/** A document never changes, and its text is read after every rest of the keys. */
const knownSteps = new WeakMap<FlowDocument, ReadonlyMap<string, readonly JsonObject[]>>();

/** Whether the document holds just this step. */
function createComparison(document: FlowDocument): (step: JsonObject) => boolean {
  const known = knownSteps.get(document) ?? groupSteps(document);
  knownSteps.set(document, known);
  return (step) => known.get(signatureOf(step))?.some((before) => equalJson(before, step)) ?? false;
}

function groupSteps(document: FlowDocument): ReadonlyMap<string, readonly JsonObject[]> {
  const known = new Map<string, JsonObject[]>();
  for (const { node } of locateSteps(document).values()) {
    const step = writeStep(node);
    const likes = known.get(signatureOf(step));
    if (likes) likes.push(step);
    else known.set(signatureOf(step), [step]);
  }
  return known;
}

/** What equal steps have in common for sure, so that each is compared with few others. */
function signatureOf({ id, type, name }: JsonObject): string {
  return JSON.stringify([id, type, name]);
}
