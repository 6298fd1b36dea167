import { type FlowDocument, type StepKey } from "#core/flow-document.ts";
import { findStepAtPath } from "#core/step-path.ts";
import { ApiError, NetworkError, describeError, needsSignIn } from "#client/data/api-error.ts";

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
  /** The server asks to come again later, or failed in a way that may pass. */
  | { readonly type: "busy"; readonly message: string; readonly retryAfterMs: number | undefined }
  | { readonly type: "signed-out" }
  /** The server holds another version than the one that was edited. */
  | { readonly type: "stale" }
  | { readonly type: "deleted" }
  | { readonly type: "refused"; readonly message: string; readonly problems: readonly SaveProblem[] }
  | { readonly type: "error"; readonly message: string };

/** What an error means for the person; `sent` is the document whose steps the error's paths count. */
export function toSaveFailure(error: unknown, sent: FlowDocument): SaveFailure {
  if (error instanceof NetworkError) return { type: "offline" };
  if (!(error instanceof ApiError)) return { type: "error", message: describeError(error) };
  const { status, retryAfter } = error;
  if (needsSignIn(error)) return { type: "signed-out" };
  if (status === 404) return { type: "deleted" };
  if (status === 412) return { type: "stale" };
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfter === undefined ? undefined : retryAfter * 1000;
    return { type: "busy", message: describeError(error), retryAfterMs };
  }
  if (status !== 400) return { type: "error", message: describeError(error) };
  const problems = error.details.map((detail): SaveProblem => {
    const at = findStepAtPath(sent, detail.path ?? "");
    const { message, suggestion } = detail;
    return { key: at?.node.key, field: at?.field ?? detail.path ?? "", message, suggestion };
  });
  return { type: "refused", message: describeError(error), problems };
}
