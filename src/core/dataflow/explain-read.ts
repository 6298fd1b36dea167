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
  const nameOf = (key: StepKey) => nameStep(document, key);
  const relations = producers.map((producer) => ({
    producer,
    relation: relateSteps(document, reader, producer),
  }));
  // What a step is called by stands for its result.
  const reads = isStepName ? `reads the result of ${name}` : `reads “${name}”`;
  const tell = (rest: string) => `${nameOf(reader)} ${reads}, ${rest}.`;
  const which = (producer: StepKey) => (isStepName ? "which runs" : `which ${nameOf(producer)} sets`);

  const off = relations.findLast(({ relation }) => relation?.type === "before");
  if (off) {
    const { producer } = off;
    const around = findSwitchedOff(document, producer);
    const what =
      around === undefined || around === producer ? "is off" : `is inside ${nameOf(around)}, which is off`;
    const rest = `but ${nameOf(producer)}${isStepName ? "" : ", which sets it,"} ${what}`;
    return { code: "read-from-disabled", message: tell(rest), producer };
  }
  for (const { producer, relation } of relations) {
    if (relation?.type !== "other-branch") continue;
    const rest = `${which(producer)} only in the other branch of ${nameOf(relation.conditional)}`;
    return { code: "read-from-other-branch", message: tell(rest), producer };
  }
  const later = relations.find(({ relation }) => relation?.type === "after") ?? relations[0];
  const producer = later?.producer ?? reader;
  const at = locateSteps(document).get(producer);
  const number = at?.list.type === "root" ? `, at step ${at.index + 1}` : "";
  if (producer === reader) {
    const own = isStepName ? "its own result" : `“${name}”`;
    const message = `${nameOf(reader)} reads ${own}, which is there only once it has run.`;
    return { code: "read-before-set", message, producer };
  }
  const isInside = relateSteps(document, reader, producer)?.type === "inside";
  const rest = `${which(producer)} ${isInside ? "only inside it" : `later${number}`}`;
  return { code: "read-before-set", message: tell(rest), producer };
}

/** Why a reference may find nothing: about the nearest step that sets the variable. */
export function explainMaybe(
  document: FlowDocument,
  reader: StepKey,
  name: string,
  [source]: readonly StepKey[],
): string {
  const start = `${nameStep(document, reader)} reads “${name}”, which may not be set`;
  const at = source === undefined ? undefined : locateSteps(document).get(source);
  if (!at) return `${start}.`;
  const setter = stepName(at.node);
  const { list } = at;
  if (list.type === "branch" && relateSteps(document, reader, list.step)?.type === "before") {
    const where = `“${BRANCH_WORDS[list.branch]}” of ${nameStep(document, list.step)}`;
    return `${start}: ${setter} runs only in ${where}.`;
  }
  if (stepWhen(at.node) !== "") return `${start}: ${setter} runs only when its condition holds.`;
  return `${start}: the flow goes on when ${setter} fails.`;
}

export function nameStep(document: FlowDocument, key: StepKey): string {
  const node = findStep(document, key);
  return node ? stepName(node) : "a step that is gone";
}
