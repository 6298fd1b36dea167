import type { StepKey } from "#core/flow-document.ts";
import type { JsonPath } from "#core/json.ts";

/** Stable: clients of the API may rely on them (flow-model, Problems). */
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
  | "bad-secret"
  | "too-slow"
  | "empty-branch"
  | "empty-flow"
  | "duplicate-id";

export type Severity = "error" | "warning" | "info";

/** Something about a flow that its author should know. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** Undefined for the flow itself. */
  readonly step: StepKey | undefined;
  /** A path inside the step, empty for the step as a whole, and the piece of the text there (UTF-16 offsets). */
  readonly at: JsonPath;
  readonly from: number;
  readonly to: number;
  /** A sentence that names the step. */
  readonly message: string;
  /** The variable that it is about. */
  readonly name?: string;
  /** The steps that set, or would set, the variable. */
  readonly producers?: readonly StepKey[];
  /** What was probably meant by a name that nothing sets. */
  readonly correction?: string;
}

export function isAboutReading({ code }: Problem): boolean {
  return code === "read-before-set" || code === "read-from-disabled" || code === "read-from-other-branch";
}

/** The same for a problem and for what it is after an edit in front of it, which moves its offsets. */
export function looseId({ code, step, at, name }: Problem): string {
  return JSON.stringify([code, step ?? "", at, name ?? ""]);
}
