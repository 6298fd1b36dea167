import { BRANCH_WORDS } from "#core/describe-branches.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import { stepName, stepWhen } from "#core/step.ts";
import type { ProblemCode } from "./problem.ts";
import { findSwitchedOff, relateSteps } from "./relate-steps.ts";

export interface UnsetReason {
  readonly code: Extract<ProblemCode, "read-before-set" | "read-from-disabled" | "read-from-other-branch">;
  /** “Summarise reads “page”, which Fetch page sets later.” */
  readonly message: string;
  /** The step that the sentence is about: what to move or to switch on. */
  readonly producer: StepKey;
}

/**
 * Why a reference finds no value although steps set it. A step before that is switched off is the nearest to the truth,
 * then one in the other branch of a conditional around both, then one that comes later.
 */
export function explainUnset(
  document: FlowDocument,
  reader: StepKey,
  name: string,
  producers: readonly StepKey[],
  isStepName: boolean,
): UnsetReason {
  // What a step is called by stands for its result.
  const reads = isStepName ? `reads the result of ${name}` : `reads “${name}”`;
  const tell = (rest: string) => `${nameStep(document, reader)} ${reads}, ${rest}.`;
  const { code, producer, subject, rest } = findObstacle(document, reader, producers);
  if (code === "read-from-disabled") {
    return { code, message: tell(`but ${subject}${isStepName ? "" : ", which sets it,"} ${rest}`), producer };
  }
  if (producer === reader) {
    const own = isStepName ? "its own result" : `“${name}”`;
    return { code, message: `${subject} reads ${own}, which is there only once it has run.`, producer };
  }
  return { code, message: tell(`${isStepName ? "which runs" : `which ${subject} sets`} ${rest}`), producer };
}

/** The same beside the name itself: “Fetch page sets it later, at step 5”. */
export function whyUnset(document: FlowDocument, reader: StepKey, producers: readonly StepKey[]): string {
  const { code, producer, subject, rest } = findObstacle(document, reader, producers);
  if (code === "read-from-disabled") return `${subject} ${rest}`;
  return producer === reader ? "Only this step itself sets it, later" : `${subject} sets it ${rest}`;
}

type Obstacle = Pick<UnsetReason, "code" | "producer"> & {
  /** The producer's name. */
  readonly subject: string;
  /** What goes on after it, or after it and a verb: “is off”, “later, at step 5”. */
  readonly rest: string;
};

function findObstacle(document: FlowDocument, reader: StepKey, producers: readonly StepKey[]): Obstacle {
  const nameOf = (key: StepKey) => nameStep(document, key);
  const relations = producers.map((producer) => ({
    producer,
    relation: relateSteps(document, reader, producer),
  }));
  const off = relations.findLast(({ relation }) => relation?.type === "before");
  if (off) {
    const { producer } = off;
    const around = findSwitchedOff(document, producer);
    const isInside = around !== undefined && around !== producer;
    const rest = isInside ? `is inside ${nameOf(around)}, which is off` : "is off";
    return { code: "read-from-disabled", producer, subject: nameOf(producer), rest };
  }
  for (const { producer, relation } of relations) {
    if (relation?.type !== "other-branch") continue;
    const rest = `only in the other branch of ${nameOf(relation.conditional)}`;
    return { code: "read-from-other-branch", producer, subject: nameOf(producer), rest };
  }
  const later = relations.find(({ relation }) => relation?.type === "after") ?? relations[0];
  const producer = later?.producer ?? reader;
  const at = locateSteps(document).get(producer);
  const isInside = relateSteps(document, reader, producer)?.type === "inside";
  const number = at?.list.type === "root" ? `, at step ${at.index + 1}` : "";
  const rest = isInside ? "only inside it" : `later${number}`;
  return { code: "read-before-set", producer, subject: nameOf(producer), rest };
}

/** Why a reference may find nothing: about the nearest step that sets the variable. */
export function explainMaybe(
  document: FlowDocument,
  reader: StepKey,
  name: string,
  sources: readonly StepKey[],
): string {
  const start = `${nameStep(document, reader)} reads “${name}”, which may not be set`;
  const why = whyMaybe(document, reader, sources);
  return why === undefined ? `${start}.` : `${start}: ${why}.`;
}

/** The same beside the name itself: “Fetch page runs only when its condition holds”. */
export function whyMaybe(
  document: FlowDocument,
  reader: StepKey,
  [source]: readonly StepKey[],
): string | undefined {
  const at = source === undefined ? undefined : locateSteps(document).get(source);
  if (!at) return undefined;
  const setter = stepName(at.node);
  const { list } = at;
  if (list.type === "branch" && relateSteps(document, reader, list.step)?.type === "before") {
    const where = `“${BRANCH_WORDS[list.branch]}” of ${nameStep(document, list.step)}`;
    return `${setter} runs only in ${where}`;
  }
  if (stepWhen(at.node) !== "") return `${setter} runs only when its condition holds`;
  return `the flow goes on when ${setter} fails`;
}

export function nameStep(document: FlowDocument, key: StepKey): string {
  const node = findStep(document, key);
  return node ? stepName(node) : "a step that is gone";
}
