import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, type StepKey } from "#core/flow-document.ts";
import { findStepAtPath } from "#core/step-path.ts";
import { ApiError, NetworkError, describeError } from "#client/data/api-error.ts";

/** A reason that the server gave for refusing a save, at the step and field it names. */
export interface SaveProblem {
  readonly key: StepKey | undefined;
  /** Inside the step, e.g. `type` or `config.http.url`; inside the flow where `key` is undefined. */
  readonly field: string;
  readonly message: string;
  readonly suggestion: string | undefined;
}

/** Why a save did not happen. Every edit is still there in each of these. */
export type SaveFailure =
  | { readonly type: "offline" }
  | { readonly type: "signed-out" }
  | { readonly type: "conflict"; readonly theirs: Flow }
  | { readonly type: "deleted" }
  | { readonly type: "refused"; readonly message: string; readonly problems: readonly SaveProblem[] }
  | { readonly type: "error"; readonly message: string };

/** The server holds another version than the one that was edited. */
export class StaleFlowError extends Error {
  override readonly name = "StaleFlowError";
  readonly theirs: Flow;

  constructor(theirs: Flow) {
    super("The flow was changed elsewhere");
    this.theirs = theirs;
  }
}

/** What an error means for the person; `sent` is the document whose steps the error's paths count. */
export function toSaveFailure(error: unknown, sent: FlowDocument): SaveFailure {
  if (error instanceof StaleFlowError) return { type: "conflict", theirs: error.theirs };
  if (error instanceof NetworkError) return { type: "offline" };
  if (!(error instanceof ApiError)) return { type: "error", message: describeError(error) };
  if (error.status === 401) return { type: "signed-out" };
  if (error.status === 404) return { type: "deleted" };
  if (error.status !== 400) return { type: "error", message: describeError(error) };
  const problems = error.details.map((detail): SaveProblem => {
    const at = findStepAtPath(sent, detail.path ?? "");
    const { message, suggestion } = detail;
    return { key: at?.node.key, field: at?.field ?? detail.path ?? "", message, suggestion };
  });
  return { type: "refused", message: describeError(error), problems };
}
