import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName, getStepCondition } from "#core/document/step.ts";
import { type ProblemCode, type ProblemMessages, buildProblemMessages } from "./problem.ts";
import { findDisabledStepOrAncestor, getRelativeStepPosition } from "./relative-step-position.ts";

export interface UnsetVariableReason extends ProblemMessages {
  readonly code: Extract<ProblemCode, "read-before-set" | "read-from-disabled" | "read-from-other-branch">;
  readonly producer: StepKey;
}

interface UnsetRead {
  readonly reader: StepKey;
  readonly name: string;
  readonly isStepName: boolean;
}

/** A disabled step before the reader, else one in the other branch, else a later step. */
export function explainUnsetVariable(
  document: FlowDocument,
  { reader, name, isStepName }: UnsetRead,
  producers: readonly StepKey[],
): UnsetVariableReason {
  // A step's name is read like a variable, but holds the result of the step.
  const what = isStepName ? `the result of ${quoteName(name)}` : quoteName(name);
  const { code, producer, subject, ending, around = "" } = findObstacle(document, reader, producers);
  const report = (predicate: string): UnsetVariableReason => ({
    code,
    ...buildProblemMessages(getQuotedStepNameByKey(document, reader), predicate),
    producer,
  });
  if (code === "read-from-disabled") {
    return report(`reads ${what}${isStepName ? "" : ` from ${subject}`}${around}, which is off.`);
  }
  if (producer === reader) {
    const own = isStepName ? "its own result" : quoteName(name);
    return report(`reads ${own}, which is only available after the step runs.`);
  }
  return report(`needs ${what}, ${isStepName ? "which runs" : `but ${subject} sets it`} ${ending}.`);
}

/** Explains, without naming the reading step, why a variable has no value: “Fetch page sets it later (step 5)”. */
export function explainUnsetVariableBriefly(
  document: FlowDocument,
  reader: StepKey,
  producers: readonly StepKey[],
): string {
  const { code, producer, subject, ending } = findObstacle(document, reader, producers);
  if (code === "read-from-disabled") return `${subject} ${ending}`;
  return producer === reader ? "Only this step sets it" : `${subject} sets it ${ending}`;
}

type Obstacle = Pick<UnsetVariableReason, "code" | "producer"> & {
  readonly subject: string;
  readonly ending: string;
  /** A phrase that names the disabled conditional around the step; empty if the step itself is disabled. */
  readonly around?: string;
};

function findObstacle(document: FlowDocument, reader: StepKey, producers: readonly StepKey[]): Obstacle {
  const nameOf = (key: StepKey) => getQuotedStepNameByKey(document, key);
  const relations = producers.map((producer) => ({
    producer,
    relation: getRelativeStepPosition(document, reader, producer),
  }));
  const off = relations.findLast(({ relation }) => relation?.type === "before");
  if (off) {
    const { producer } = off;
    const around = findDisabledStepOrAncestor(document, producer);
    const isInside = around !== undefined && around !== producer;
    const place = isInside ? ` inside ${nameOf(around)}` : "";
    const ending = isInside ? `is${place}, which is off` : "is off";
    return { code: "read-from-disabled", producer, subject: nameOf(producer), ending, around: place };
  }
  for (const { producer, relation } of relations) {
    if (relation?.type !== "other-branch") continue;
    const ending = `only in the other branch of ${nameOf(relation.conditional)}`;
    return { code: "read-from-other-branch", producer, subject: nameOf(producer), ending };
  }
  const later = relations.find(({ relation }) => relation?.type === "after") ?? relations[0];
  const producer = later?.producer ?? reader;
  const at = getLocationsOfAllSteps(document).get(producer);
  const isInside = getRelativeStepPosition(document, reader, producer)?.type === "inside";
  const number = at?.list.type === "root" ? ` (step ${at.index + 1})` : "";
  const ending = isInside ? "only inside it" : `later${number}`;
  return { code: "read-before-set", producer, subject: nameOf(producer), ending };
}

/** Explains why a read may find no value. The explanation names the nearest step that sets the variable. */
export function explainUncertainVariableRead(
  document: FlowDocument,
  reader: StepKey,
  name: string,
  sources: readonly StepKey[],
): ProblemMessages {
  const why = explainUncertainRead(document, reader, sources);
  const reads = `reads ${quoteName(name)}, which may not be set`;
  return buildProblemMessages(
    getQuotedStepNameByKey(document, reader),
    why === undefined ? `${reads}.` : `${reads}: ${why}.`,
  );
}

/** Without naming the reader: “Fetch page runs only if its condition is true”. */
export function explainUncertainRead(
  document: FlowDocument,
  reader: StepKey,
  [source]: readonly StepKey[],
): string | undefined {
  const at = source === undefined ? undefined : getLocationsOfAllSteps(document).get(source);
  if (!at) return undefined;
  const setter = quoteName(getStepName(at.node));
  const { list } = at;
  if (list.type === "branch" && getRelativeStepPosition(document, reader, list.step)?.type === "before") {
    const where = `“${CONDITIONAL_BRANCH_LABELS[list.branch]}” of ${getQuotedStepNameByKey(document, list.step)}`;
    return `${setter} runs only in ${where}`;
  }
  if (getStepCondition(at.node) !== "") return `${setter} runs only if its condition is true`;
  return `the flow continues if ${setter} fails`;
}

export function getQuotedStepNameByKey(document: FlowDocument, key: StepKey): string {
  const node = findStep(document, key);
  return node ? quoteName(getStepName(node)) : "a deleted step";
}
