import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import type { TemplateFiller } from "./fill-templates.ts";
import type { RunPlan, StepOutcome } from "./run-plan.ts";
import type { RunTools } from "./run-tools.ts";
import type { RunVariables } from "./run-variables.ts";
import { StepFailure } from "./step-failure.ts";

/** What is told of a step beside its output, also where it failed. */
export type StepDetails = Partial<
  Pick<
    StepOutcome,
    | "resolvedPrompt"
    | "modelUsed"
    | "promptTokens"
    | "completionTokens"
    | "totalTokens"
    | "cost"
    | "stopReason"
  >
>;

/** One attempt to run one step. */
export interface StepCall {
  readonly config: JsonObject;
  readonly plan: RunPlan;
  readonly tools: RunTools;
  readonly variables: RunVariables;
  readonly filler: TemplateFiller;
  /** Aborted when the time of the attempt or the run is up, or the run is cancelled; its reason is what is thrown then. */
  readonly signal: AbortSignal;
  /** Tells a piece of text at once. */
  readonly say: (delta: string) => Promise<void>;
  /** Keeps a text that was made of a secret out of what the run tells. */
  readonly hide: (text: string) => void;
  /** Takes secrets out of a text before it is cut: the half of one would be known by nobody any more. */
  readonly redact: (text: string) => string;
  readonly note: (details: StepDetails) => void;
}

/** Answers with the step's output, if it has one; throws a `StepFailure` for what the flow did wrong. */
export type StepRunner = (call: StepCall) => Promise<JsonValue | undefined>;

/** The first of the keys that is there: sources spell some in two ways. */
export function configValue({ config }: Pick<StepCall, "config">, ...keys: string[]): JsonValue | undefined {
  const key = keys.find((key) => config[key] !== undefined && config[key] !== "");
  return key === undefined ? undefined : config[key];
}

/** A text with its variables filled in; empty where there is none. */
export function filledText(call: StepCall, ...keys: string[]): string {
  const value = configValue(call, ...keys);
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? call.filler.text(value) : JSON.stringify(call.filler.value(value));
}

/** The same, where the step cannot do without. `what` ends “This step needs …”. */
export function neededText(call: StepCall, what: string, ...keys: string[]): string {
  const text = filledText(call, ...keys).trim();
  if (text !== "") return text;
  const isThere = configValue(call, ...keys) !== undefined;
  throw new StepFailure(
    isThere
      ? `This step needs ${what}, and what is written there came out empty.`
      : `This step needs ${what}: fill it in.`,
  );
}

/** A number, also from a variable. */
export function filledNumber(call: StepCall, key: string): number | undefined {
  const value = configValue(call, key);
  if (value === undefined || value === null) return undefined;
  const filled = call.filler.value(value);
  if (filled === "" || filled === null) return undefined;
  const number = typeof filled === "string" ? Number(filled) : filled;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new StepFailure(`“${key}” must be a number.`);
}

/** An object, also from a variable that holds one, or its JSON. */
export function readObject(value: JsonValue, what: string): JsonObject {
  const parsed = parseIfText(value);
  if (isJsonObject(parsed)) return parsed;
  throw new StepFailure(`${what} is ${describeKind(parsed)}, where a JSON object is needed.`);
}

export function parseIfText(value: JsonValue): JsonValue {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

function describeKind(value: JsonValue): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}
