import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { isJsonObject } from "#core/json/json.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";

/**
 * Maps each step to the sources of its reads, in the order of its references: the step that set the read
 * value, or undefined if no step had set the variable.
 */
export type SimulatedReadSourcesByStep = ReadonlyMap<StepKey, readonly (StepKey | undefined)[]>;

/** A decision that can differ between runs: whether a condition or a `when` holds, or whether a step fails. */
interface Question {
  readonly step: StepNode;
  readonly type: "when" | "branch" | "fails";
}

export function listRunConditionsAndFailures(document: FlowDocument): readonly Question[] {
  return allSteps(document.steps).flatMap((step) => {
    const questions: Question[] = [];
    if (typeof step.fields["when"] === "string") questions.push({ step, type: "when" });
    if (step.branches) questions.push({ step, type: "branch" });
    if (mayFail(step)) questions.push({ step, type: "fails" });
    return questions;
  });
}

function allSteps(steps: readonly StepNode[]): readonly StepNode[] {
  return steps.flatMap((step) => [
    step,
    ...BRANCH_NAMES.flatMap((branch) => allSteps(step.branches?.[branch] ?? [])),
  ]);
}

function mayFail({ fields }: StepNode): boolean {
  const { config } = fields;
  if (!isJsonObject(config) || config["defaultValue"] !== undefined) return false;
  const handling = config["errorHandling"];
  return handling === "continue" || (isJsonObject(handling) && handling["onError"] === "continue");
}

/**
 * Runs the flow once with the given outcomes of conditions and failures. A step whose name is in `stepNames` also sets
 * a variable of that name to its result.
 */
export function simulateFlowRunWithGivenOutcomes(
  document: FlowDocument,
  answers: ReadonlyMap<string, boolean>,
  { types, stepNames }: { readonly types: StepTypeLookup; readonly stepNames: ReadonlySet<string> },
): SimulatedReadSourcesByStep {
  const lastSetters = new Map<string, StepKey>();
  const seen = new Map<StepKey, readonly (StepKey | undefined)[]>();
  const isYes = (step: StepNode, type: Question["type"]) =>
    answers.get(getRunConditionOrFailureId({ step, type })) ?? false;
  const run = (step: StepNode): void => {
    if (step.fields["enabled"] === false) return;
    const { reads, sets } = readStepReferences(step, types);
    // Records the reads before `when` is evaluated, because the analysis also reports reads of a step whose `when` is
    // false.
    seen.set(
      step.key,
      reads.map(({ name }) => lastSetters.get(name)),
    );
    if (typeof step.fields["when"] === "string" && !isYes(step, "when")) return;
    if (step.branches) {
      const branch = isYes(step, "branch") ? "trueSteps" : "falseSteps";
      for (const inside of step.branches[branch] ?? []) run(inside);
    }
    if (mayFail(step) && isYes(step, "fails")) return;
    for (const { name } of sets) lastSetters.set(name, step.key);
    const { name } = step.fields;
    if (typeof name === "string" && stepNames.has(name)) lastSetters.set(name, step.key);
  };
  document.steps.forEach(run);
  return seen;
}

export function getRunConditionOrFailureId({ step, type }: Question): string {
  return `${type} ${step.key}`;
}
