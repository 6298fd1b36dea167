import { type JsonObject, type JsonValue, isJsonObject, parseJson } from "#core/json/json.ts";
import type { StepTemplateFiller } from "./step-template-filler.ts";
import type { TemporaryRunMemory } from "./run-memory.ts";
import type { FlowRunPlan, StepOutcome } from "./run-plan.ts";
import type { FlowRunDependencies } from "./flow-run-dependencies.ts";
import type { RunValue } from "#server/domain/run-value.ts";
import type { RunVariables } from "./run-variables.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

export type StepRunReportDetails = Partial<
  Pick<
    StepOutcome,
    | "answerText"
    | "resolvedPrompt"
    | "modelUsed"
    | "promptTokens"
    | "completionTokens"
    | "totalTokens"
    | "cost"
    | "stopReason"
  >
>;

export interface StepRunContext {
  readonly config: JsonObject;
  readonly plan: FlowRunPlan;
  readonly tools: FlowRunDependencies;
  readonly variables: RunVariables;
  readonly filler: StepTemplateFiller;
  /** Aborted by a timeout or a cancelled run. The step must then throw the signal's reason. */
  readonly signal: AbortSignal;
  /** Returns a key that is the same for each repeat of this step in a run, by which a receiver recognizes the repeat. */
  readonly createIdempotencyKey: () => string;
  readonly say: (delta: string) => Promise<void>;
  /** Adds a text derived from a secret, such as an encoding, to the texts that the run redacts. */
  readonly hide: (text: string) => void;
  /** Redacts secrets in a text. Call it before cutting the text, since a part of a secret is not recognized. */
  readonly redact: (text: string) => string;
  readonly note: (details: StepRunReportDetails) => void;
  /** Memory for what the attempt receives, held until its output is charged. */
  readonly memory: Pick<TemporaryRunMemory, "take">;
}

/** Runs a step and returns its output, if any. Throws a `StepFailure` for errors of the flow. */
export type StepRunFunction = (call: StepRunContext) => Promise<JsonValue | RunValue | undefined>;

export type StepRunners = Readonly<Record<string, StepRunFunction>>;

export function readFirstSetConfigValue(
  { config }: Pick<StepRunContext, "config">,
  ...keys: string[]
): JsonValue | undefined {
  const key = keys.find((key) => config[key] !== undefined && config[key] !== "");
  return key === undefined ? undefined : config[key];
}

export function fillConfigText(call: StepRunContext, ...keys: string[]): string {
  const value = readFirstSetConfigValue(call, ...keys);
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? call.filler.text(value) : JSON.stringify(call.filler.value(value));
}

/** Like `fillConfigText`, but trimmed. Throws a `StepFailure` whose message begins with `label` if the text is empty. */
export function fillRequiredConfigText(call: StepRunContext, label: string, ...keys: string[]): string {
  const text = fillConfigText(call, ...keys).trim();
  if (text !== "") return text;
  const isThere = readFirstSetConfigValue(call, ...keys) !== undefined;
  throw new StepFailure(
    isThere ? `${label} is empty once its variables are filled in.` : `${label} is required.`,
  );
}

/** A number, numeric text or a template; undefined if empty. Throws a `StepFailure` otherwise. */
export function fillConfigNumber(call: StepRunContext, key: string): number | undefined {
  const value = readFirstSetConfigValue(call, key);
  if (value === undefined || value === null) return undefined;
  const filled = call.filler.value(value);
  if (filled === "" || filled === null) return undefined;
  const number = typeof filled === "string" ? Number(filled) : filled;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new StepFailure(`“${key}” must be a number.`);
}

/** Accepts an object or its JSON text; throws a `StepFailure` whose message begins with `what` for anything else. */
export function parseRequiredJsonObject(value: JsonValue, what: string): JsonObject {
  const parsed = parseJsonTextOrKeepValue(value);
  if (isJsonObject(parsed)) return parsed;
  throw new StepFailure(`${what} must be a JSON object, not ${describeKind(parsed)}.`);
}

export function parseJsonTextOrKeepValue(value: JsonValue): JsonValue {
  const parsed = typeof value === "string" ? parseJson(value) : undefined;
  return parsed === undefined ? value : parsed;
}

function describeKind(value: JsonValue): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}
