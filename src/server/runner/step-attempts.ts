import type { JsonObject } from "#core/json/json.ts";
import { type StepErrorPolicy, isEmptyOutput } from "./step-error-policy.ts";
import { formatTemplateValue } from "./step-template-filler.ts";
import type { StepFallbackReport } from "./run-plan.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { describeStepFailure, getErrorCode } from "#server/domain/step-failure.ts";
import { waitMillisecondsUnlessAborted } from "./steps/control-steps.ts";
import { quoteValue } from "#core/text/quote-name.ts";

export interface StepAttemptConfigOverrides {
  readonly overrides: JsonObject;
  readonly model: string | undefined;
}

export interface StepResultAfterFallbacks {
  readonly output: RunValue | undefined;
  readonly error: string | undefined;
  /** Code of the last failure, even if a fallback succeeded. */
  readonly errorCode: string;
  readonly retryCount: number;
  readonly fallback: StepFallbackReport | undefined;
}

const FIRST: StepAttemptConfigOverrides = { overrides: {}, model: undefined };
const MAX_FALLBACKS = 20;

/** Only throws if `signal` is aborted. `fill` fills the message of a fallback. */
export async function runStepWithFallbacks(
  { refusesEmpty, refusesErrors, fallbacks }: StepErrorPolicy,
  run: (attempt: StepAttemptConfigOverrides) => Promise<RunValue | undefined>,
  { signal, fill }: { readonly signal: AbortSignal; readonly fill: (text: string) => string },
): Promise<StepResultAfterFallbacks> {
  let output: RunValue | undefined;
  let hasThrown = false;
  let errorCode = "STEP_FAILED";
  const attempt = async (overrides: StepAttemptConfigOverrides): Promise<string | undefined> => {
    output = undefined;
    hasThrown = false;
    errorCode = "STEP_FAILED";
    try {
      output = await run(overrides);
    } catch (error) {
      signal.throwIfAborted();
      hasThrown = true;
      errorCode = getErrorCode(error);
      return describeStepFailure(error);
    }
    return refusesEmpty && isEmptyOutput(output) ? "The step’s output was empty." : undefined;
  };

  const reason = await attempt(FIRST);
  if (reason === undefined || fallbacks.length === 0 || (hasThrown && !refusesErrors)) {
    return { output, error: reason, errorCode, retryCount: 0, fallback: undefined };
  }
  let error: string | undefined = reason;
  let model: string | undefined;
  const attempts: StepFallbackReport["attempts"][number][] = [];
  for (const fallback of fallbacks.slice(0, MAX_FALLBACKS)) {
    const type = ["retry", "model", "message"].find((known) => known === fallback["type"]);
    if (type === undefined) {
      error = `This server can’t run the fallback ${quoteValue(formatTemplateValue(fallback["type"] ?? ""))}.`;
      continue;
    }
    if (typeof fallback["delay"] === "number")
      await waitMillisecondsUnlessAborted(Math.min(fallback["delay"], 60_000), signal);
    model = type === "model" ? formatTemplateValue(fallback["model"] ?? "") || undefined : undefined;
    if (type === "message") {
      output = RunValue.of(fill(formatTemplateValue(fallback["message"] ?? "")));
      error = undefined;
    } else if (type === "model" && model === undefined) {
      error = "The fallback needs a model.";
    } else error = await attempt({ overrides: type === "model" ? pickModel(fallback) : {}, model });
    attempts.push({
      attempt: attempts.length + 1,
      type: type as "retry",
      success: error === undefined,
      ...(model !== undefined && { model }),
      ...(error !== undefined && { error }),
    });
    if (error === undefined) break;
  }
  return {
    output,
    error,
    errorCode,
    retryCount: attempts.filter(({ type }) => type !== "message").length,
    fallback: {
      used: error === undefined,
      exhausted: error !== undefined,
      reason,
      ...(error === undefined && model !== undefined && { model }),
      attempts,
    },
  };
}

function pickModel(fallback: JsonObject): JsonObject {
  const keys = ["model", "temperature", "maxTokens"].filter((key) => fallback[key] !== undefined);
  return Object.fromEntries(keys.map((key) => [key, fallback[key] ?? null]));
}
