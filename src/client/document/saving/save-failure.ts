import { type FlowDocument, type StepKey } from "#core/document/flow-document.ts";
import { findStepAtPath } from "#core/document/step-path.ts";
import {
  ApiError,
  NetworkError,
  isRetryableError,
  isUnconfirmedWrite,
  describeServerFailure,
  describeRequestErrorForUser,
  getUpgradeUrlFromApiError,
  isSignInRequiredError,
} from "#client/data/api/api-error.ts";

export interface SaveValidationProblem {
  readonly key: StepKey | undefined;
  /** Path inside the step, for example `config.http.url`; inside the flow if `key` is undefined. */
  readonly field: string;
  readonly message: string;
  readonly suggestion: string | undefined;
}

export type SaveFailure =
  | { readonly type: "offline" }
  /** `isUnconfirmed` means that the server may have written the save. */
  | {
      readonly type: "busy";
      readonly message: string;
      readonly retryAfterMs: number | undefined;
      readonly isUnconfirmed?: boolean;
    }
  | { readonly type: "signed-out" }
  | { readonly type: "stale" }
  | { readonly type: "deleted" }
  | {
      readonly type: "refused";
      readonly message: string;
      readonly problems: readonly SaveValidationProblem[];
    }
  /** `isFinal` means that the same request would fail the same way, so the page does not offer a retry. */
  | {
      readonly type: "error";
      readonly message: string;
      readonly isFinal?: boolean;
      readonly isUnconfirmed?: boolean;
      readonly upgradeUrl?: string;
    };

/** Maps an error to a failure; paths in the error refer to the steps of `sent`. */
export function toSaveFailure(error: unknown, sent: FlowDocument): SaveFailure {
  if (error instanceof NetworkError) return { type: "offline" };
  if (!(error instanceof ApiError)) return { type: "error", message: describeRequestErrorForUser(error) };
  const { status, retryAfter } = error;
  const isUnconfirmed = isUnconfirmedWrite(error);
  if (isSignInRequiredError(error)) return { type: "signed-out" };
  if (status === 404) return { type: "deleted" };
  if (status === 412) return { type: "stale" };
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfter === undefined ? undefined : retryAfter * 1000;
    return { type: "busy", message: describeServerFailure(error), retryAfterMs, isUnconfirmed };
  }
  if (isUnconfirmed) return { type: "error", message: describeServerFailure(error), isUnconfirmed };
  if (status !== 400) {
    const upgradeUrl = getUpgradeUrlFromApiError(error);
    return {
      type: "error",
      message: describeRequestErrorForUser(error),
      isFinal: !isRetryableError(error),
      ...(upgradeUrl !== undefined && { upgradeUrl }),
    };
  }
  const problems = error.details.map((detail): SaveValidationProblem => {
    const at = findStepAtPath(sent, detail.path ?? "");
    const { message, suggestion } = detail;
    return { key: at?.node.key, field: at?.field ?? detail.path ?? "", message, suggestion };
  });
  return { type: "refused", message: describeRequestErrorForUser(error), problems };
}
