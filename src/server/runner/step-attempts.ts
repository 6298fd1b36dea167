import type { JsonObject, JsonValue } from "#core/json.ts";
import { type ErrorPlan, isEmptyOutput } from "./error-plan.ts";
import { toText } from "./fill-templates.ts";
import type { FallbackUse } from "./run-plan.ts";
import { describeFailure } from "./step-failure.ts";
import { pause } from "./steps/control-steps.ts";

/** What one attempt changes: a fallback may ask another model. */
export interface Attempt {
  readonly overrides: JsonObject;
  /** Takes the place of `modelOverride` too. */
  readonly model: string | undefined;
}

export interface AttemptedStep {
  readonly output: JsonValue | undefined;
  /** Undefined where it went well. */
  readonly error: string | undefined;
  readonly retryCount: number;
  readonly fallback: FallbackUse | undefined;
}

const FIRST: Attempt = { overrides: {}, model: undefined };
const MAX_FALLBACKS = 20;

/**
 * Runs a step, and its fallbacks where that fails. Throws nothing but the reason of `signal`, which ends all of it; `fill`
 * fills the variables of a fallback's message.
 */
export async function attemptStep(
  { refusesEmpty, refusesErrors, fallbacks }: ErrorPlan,
  run: (attempt: Attempt) => Promise<JsonValue | undefined>,
  { signal, fill }: { readonly signal: AbortSignal; readonly fill: (text: string) => string },
): Promise<AttemptedStep> {
  let output: JsonValue | undefined;
  let isThrown = false;
  const attempt = async (how: Attempt): Promise<string | undefined> => {
    output = undefined;
    isThrown = false;
    try {
      output = await run(how);
    } catch (error) {
      signal.throwIfAborted();
      isThrown = true;
      return describeFailure(error);
    }
    return refusesEmpty && isEmptyOutput(output) ? "The step came out empty." : undefined;
  };

  const reason = await attempt(FIRST);
  if (reason === undefined || fallbacks.length === 0 || (isThrown && !refusesErrors)) {
    return { output, error: reason, retryCount: 0, fallback: undefined };
  }
  let error: string | undefined = reason;
  let model: string | undefined;
  const attempts: FallbackUse["attempts"][number][] = [];
  for (const fallback of fallbacks.slice(0, MAX_FALLBACKS)) {
    const type = ["retry", "model", "message"].find((known) => known === fallback["type"]);
    if (type === undefined) {
      error = `The fallback “${toText(fallback["type"] ?? "")}” does not run on this server.`;
      continue;
    }
    if (typeof fallback["delay"] === "number") await pause(Math.min(fallback["delay"], 60_000), signal);
    model = type === "model" ? toText(fallback["model"] ?? "") || undefined : undefined;
    if (type === "message") {
      output = fill(toText(fallback["message"] ?? ""));
      error = undefined;
    } else if (type === "model" && model === undefined) {
      error = "A fallback to another model names none.";
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
  const kept = ["model", "temperature", "maxTokens"].filter((key) => fallback[key] !== undefined);
  return Object.fromEntries(kept.map((key) => [key, fallback[key] ?? null]));
}
