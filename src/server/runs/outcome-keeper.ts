import type { JsonObject } from "#core/json/json.ts";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import type { FlowRunOutcome } from "#server/runner/run-plan.ts";

/** Maximum characters of a response that is stored with the results: as many are in memory for each stream. */
export const MAX_KEPT_CHARACTERS = 2 * 1024 * 1024;

/** Stores the outcome of a run for requests that repeat an Idempotency-Key. Its run does not end with its client. */
export interface OutcomeKeeper {
  /** Stores the body of the response. Call this before the client learns that the run has ended. */
  keep(body: string): Promise<void>;
  /** Aborted when another server runs the request, so that this run must end. */
  readonly lost: AbortSignal;
  /** Lets a repeated request run the flow again, unless an outcome was stored. */
  release(): Promise<void>;
}

const NOT_STORED = {
  unwanted: {
    message: "storeResults is false: a repeated request gets the status of this run, but no results.",
    path: "options.storeResults",
  },
  tooLarge: {
    message: "The results were too large to store. Only the first response has them.",
    path: "Idempotency-Key",
  },
};

/** The warning of a response whose results are not stored for repeated requests. */
export function createNotStoredWarning(reason: keyof typeof NOT_STORED): CodedErrorDetail & JsonObject {
  return { ...NOT_STORED[reason], code: "RESULTS_NOT_STORED" };
}

/** Adds the warning to the members of a response beyond the documented API. */
export function warnOfMissingResults(additions: JsonObject, isUnwanted: boolean): JsonObject {
  // An unwanted result has its warning in the first response already.
  if (isUnwanted) return additions;
  const { warnings } = additions;
  const earlier = Array.isArray(warnings) ? warnings : [];
  return { ...additions, warnings: [...earlier, createNotStoredWarning("tooLarge")] };
}

/** Removes from an outcome what steps returned, also from its error. */
export function removeResults(outcome: FlowRunOutcome): FlowRunOutcome {
  const { finalOutput: _finalOutput, error, ...rest } = outcome;
  return { ...rest, ...(error !== undefined && { error: "The run failed. Its results were not stored." }) };
}

/** Collects the events of a stream while it is sent, up to the length that is stored. */
export class KeptEvents {
  #parts: string[] | undefined;
  #length = 0;

  constructor(mayKeep: boolean) {
    this.#parts = mayKeep ? [] : undefined;
  }

  add(part: string): void {
    this.#length += part.length;
    if (this.#length > MAX_KEPT_CHARACTERS) this.#parts = undefined;
    this.#parts?.push(part);
  }

  /** Undefined if the text is too long, or must not be kept. */
  get text(): string | undefined {
    return this.#parts?.join("");
  }
}
