import { truncateText } from "./truncate-text.ts";
import { RUN_LIMITS } from "./run-limits.ts";

export const MAX_STEP_REPORT_CHARACTERS = { error: 10_000, prompt: 100_000 } as const;

/** Error whose message, a full sentence, is shown to the author of the flow. Its code contains no values of the run. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly code: string;

  constructor(message: string, options: ErrorOptions & { readonly code?: string } = {}) {
    super(message, options);
    this.code = options.code ?? "STEP_FAILED";
  }
}

export const TOO_MANY_VALUES = `The result has more than ${RUN_LIMITS.resultValues.toLocaleString("en")} values. Request less data at once, or only the fields that later steps use.`;

/** General for other errors than a `StepFailure`: they may contain confidential data. */
export function describeStepFailure(error: unknown): string {
  if (error instanceof StepFailure) return error.message;
  return "The step failed because of a server error. Retry, or ask the administrator to check the server’s log.";
}

export function createCancellationFailure(): StepFailure {
  return new StepFailure("The run was cancelled while this step ran.", { code: "CANCELLED" });
}

/** Returns the error's code or else its type, for traces: unlike the message, neither contains values of the run. */
export function getErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return "Error";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

export function ensureFinalPeriod(text: string): string {
  const line = text.trim();
  return /[.!?…”]$/.test(line) ? line : `${line}.`;
}

export function truncateTextToExcerpt(text: string, length = 300): string {
  return truncateText(text.trim(), length);
}
