import type { StepKey } from "#core/document/flow-document.ts";
import type { StepVariableReference } from "#core/references/reference.ts";
import type { ResolvedVariableReadsByStep, ResolvedVariableRead } from "./resolve-reads.ts";

export interface VariableReadChanges {
  readonly broken: readonly ResolvedVariableRead[];
  readonly fixed: readonly ResolvedVariableRead[];
  /** References that now read the value of a different step, or that may now find no value. */
  readonly changed: readonly {
    readonly before: ResolvedVariableRead;
    readonly after: ResolvedVariableRead;
  }[];
}

/** Matches reads by step and position. A new read without a value counts as broken. */
export function compareVariableReads(
  before: ResolvedVariableReadsByStep,
  after: ResolvedVariableReadsByStep,
): VariableReadChanges {
  const broken: ResolvedVariableRead[] = [];
  const fixed: ResolvedVariableRead[] = [];
  const changed: { before: ResolvedVariableRead; after: ResolvedVariableRead }[] = [];
  for (const [key, reads] of after) {
    const known = before.get(key);
    reads.forEach((read, index) => {
      const old = known?.[index];
      const was = old && isSameReference(old.reference, read.reference) ? old : undefined;
      if (read.state === "unset") {
        if (was?.state !== "unset") broken.push(read);
      } else if (was?.state === "unset") fixed.push(read);
      else if (was && !isSameSource(was, read)) changed.push({ before: was, after: read });
    });
  }
  return { broken, fixed, changed };
}

function isSameReference(a: StepVariableReference, b: StepVariableReference): boolean {
  if (a === b) return true;
  return a.name === b.name && a.from === b.from && a.at.join("\n") === b.at.join("\n");
}

/** Whether a reference reads the same steps' value as before, and is at least as certain to find a value. */
function isSameSource(before: ResolvedVariableRead, after: ResolvedVariableRead): boolean {
  const isLessSure = before.state === "surely" && after.state !== "surely";
  return !isLessSure && isSameSet(before.sources, after.sources);
}

function isSameSet(a: readonly StepKey[], b: readonly StepKey[]): boolean {
  return a === b || (a.length === b.length && a.every((key, index) => key === b[index]));
}
