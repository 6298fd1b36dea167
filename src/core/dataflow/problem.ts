import type { StepKey } from "#core/document/flow-document.ts";
import type { JsonPath } from "#core/json/json.ts";

/** API responses contain these codes, so renaming one breaks clients. */
export type ProblemCode =
  | "read-before-set"
  | "read-from-disabled"
  | "read-from-other-branch"
  | "maybe-unset"
  | "unknown-variable"
  | "shadowed"
  | "never-read"
  | "bad-code"
  | "bad-template"
  | "bad-config"
  | "missing-prompt"
  | "bad-secret"
  | "condition-assigns"
  | "too-slow"
  | "empty-branch"
  | "empty-flow"
  | "duplicate-id"
  // The following problems depend on the server that runs the flow. `find-environment-problems.ts` finds them.
  | "no-model-server"
  | "no-mail-server"
  | "missing-secret"
  | "revoked-secret"
  | "refused-secret"
  | "missing-model"
  | "missing-tool"
  | "unavailable-type"
  /** A finding of the API's validation. The problem's `name` is the API's code for the finding. */
  | "api-finding";

export type ProblemSeverity = "error" | "warning" | "info";

export interface ProblemMessages {
  /** A sentence that names the step, for lists with the problems of several steps. */
  readonly message: string;
  /** The message without the step's name, for places that show the step. */
  readonly messageAtStep: string;
}

export interface Problem extends ProblemMessages {
  readonly code: ProblemCode;
  readonly severity: ProblemSeverity;
  readonly step: StepKey | undefined;
  /** Empty for the whole step. `from` and `to` are UTF-16 offsets in the text. */
  readonly at: JsonPath;
  readonly from: number;
  readonly to: number;
  /** The label of the text's field, set if the step has the same problem in several fields. */
  readonly field?: string;
  readonly name?: string;
  readonly producers?: readonly StepKey[];
  /** All steps that the problem concerns, `step` first; set only if the problem depends on the server. */
  readonly steps?: readonly StepKey[];
  readonly correction?: string;
}

/** Whether the problem depends on the server rather than on the flow. */
export function isServerDependentProblem({ steps }: Problem): boolean {
  return steps !== undefined;
}

export function isVariableReadProblem({ code }: Problem): boolean {
  return code === "read-before-set" || code === "read-from-disabled" || code === "read-from-other-branch";
}

/** Identifies a problem without its text offsets, so that earlier edits of the text do not change the id. */
export function getProblemIdWithoutOffsets({ code, step, at, name }: Problem): string {
  return JSON.stringify([code, step ?? "", at, name ?? ""]);
}

/** Within one analysis; after an edit, use {@link getProblemIdWithoutOffsets}. */
export function getProblemIdWithOffsets(problem: Problem): string {
  return `${getProblemIdWithoutOffsets(problem)} ${problem.from} ${problem.to} ${problem.message}`;
}

/** The identical problem, else one with the same {@link getProblemIdWithoutOffsets}. */
export function findProblemInLaterAnalysis(
  problems: readonly Problem[],
  problem: Problem,
): Problem | undefined {
  const id = getProblemIdWithoutOffsets(problem);
  const likely = problems.filter(
    (other) => other.code === problem.code && getProblemIdWithoutOffsets(other) === id,
  );
  return (
    likely.find((other) => getProblemIdWithOffsets(other) === getProblemIdWithOffsets(problem)) ?? likely[0]
  );
}

/** Builds the messages of a problem from the step's quoted name and a predicate such as “reads …”. */
export function buildProblemMessages(quotedStepName: string, predicate: string): ProblemMessages {
  return {
    message: `${quotedStepName} ${predicate}`,
    messageAtStep: `${predicate.charAt(0).toUpperCase()}${predicate.slice(1)}`,
  };
}
