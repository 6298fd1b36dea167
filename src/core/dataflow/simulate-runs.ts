import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { isJsonObject } from "#core/json.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepTypes } from "#core/references/reference.ts";

// What a flow does, by running it: for tests of what is said of it without a run.

/** Who set the value that each read finds, `undefined` for none, by the read's number in its step. */
export type SeenReads = ReadonlyMap<StepKey, readonly (StepKey | undefined)[]>;

/** A thing that may turn out either way in a run: a condition, a `when`, or whether a step fails and the flow goes on. */
interface Question {
  readonly step: StepNode;
  readonly type: "when" | "branch" | "fails";
}

/** All that may turn out either way. */
export function listQuestions(document: FlowDocument): readonly Question[] {
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
    ...BRANCHES.flatMap((branch) => allSteps(step.branches?.[branch] ?? [])),
  ]);
}

function mayFail({ fields }: StepNode): boolean {
  const { config } = fields;
  if (!isJsonObject(config) || config["defaultValue"] !== undefined) return false;
  const handling = config["errorHandling"];
  return handling === "continue" || (isJsonObject(handling) && handling["onError"] === "continue");
}

/** Runs the flow once; `answers` says how each question turns out. A step's name stands for its result, if `stepNames` has it. */
export function simulateRun(
  document: FlowDocument,
  answers: ReadonlyMap<string, boolean>,
  { types, stepNames }: { readonly types: StepTypes; readonly stepNames: ReadonlySet<string> },
): SeenReads {
  const values = new Map<string, StepKey>();
  const seen = new Map<StepKey, readonly (StepKey | undefined)[]>();
  const isYes = (step: StepNode, type: Question["type"]) => answers.get(questionId({ step, type })) ?? false;
  const run = (step: StepNode): void => {
    if (step.fields["enabled"] === false) return;
    const { reads, sets } = readStepReferences(step, types);
    // Its `when` is read to learn whether it runs; what else it reads counts as if it did.
    seen.set(
      step.key,
      reads.map(({ name }) => values.get(name)),
    );
    if (typeof step.fields["when"] === "string" && !isYes(step, "when")) return;
    if (step.branches) {
      const branch = isYes(step, "branch") ? "trueSteps" : "falseSteps";
      for (const inside of step.branches[branch] ?? []) run(inside);
    }
    if (mayFail(step) && isYes(step, "fails")) return;
    for (const { name } of sets) values.set(name, step.key);
    const { name } = step.fields;
    if (typeof name === "string" && stepNames.has(name)) values.set(name, step.key);
  };
  document.steps.forEach(run);
  return seen;
}

export function questionId({ step, type }: Question): string {
  return `${type} ${step.key}`;
}
