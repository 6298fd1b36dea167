import { type JsonObject, type JsonValue, isJsonObject, withKey, withoutKey } from "#core/json.ts";

// `config.errorHandling` in the forms that sources use: one word, or an object with `onError` and `fallbacks`. Reading
// accepts both, and writing keeps the form and every key that is there.

/** The policy by its word: "" where nothing is said, else what is there, known to us or not. */
export function readPolicy(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return "";
  return typeof value["onError"] === "string" ? value["onError"] : "";
}

/** Undefined for the platform's own handling: then the key goes. Only a fallback needs more than a word. */
export function writePolicy(value: JsonValue | undefined, policy: string): JsonValue | undefined {
  if (policy === "") return undefined;
  if (policy === readPolicy(value)) return value;
  if (typeof value === "string" && policy !== "fallback") return policy;
  const before = isJsonObject(value) ? value : {};
  const next = withKey(before, "onError", policy);
  if (policy !== "fallback" || Array.isArray(next["fallbacks"])) return next;
  return withKey(next, "fallbacks", [newFallback("retry")]);
}

export const FALLBACK_TYPES = ["retry", "model", "message"] as const;
export type FallbackType = (typeof FALLBACK_TYPES)[number];

export function newFallback(type: FallbackType): JsonObject {
  switch (type) {
    case "retry":
      return { type, delay: 1000 };
    case "model":
      return { type, model: "" };
    case "message":
      return { type, message: "" };
  }
}

/** What is tried, in its order. An entry that is no object is shown as an unknown one. */
export function readFallbacks(value: JsonValue | undefined): readonly JsonObject[] {
  const fallbacks = isJsonObject(value) ? value["fallbacks"] : undefined;
  return Array.isArray(fallbacks) ? fallbacks.map((item) => (isJsonObject(item) ? item : {})) : [];
}

export function fallbackType(fallback: JsonObject): FallbackType | undefined {
  return FALLBACK_TYPES.find((type) => type === fallback["type"]);
}

/** Whether an empty output counts as an error too. */
export function coversEmptyOutput(value: JsonValue | undefined): boolean {
  return readTriggers(value).some(isEmptyOutput);
}

export function coverEmptyOutput(value: JsonObject, isCovered: boolean): JsonObject {
  const triggers = readTriggers(value);
  if (isCovered) {
    const before = triggers.length > 0 ? triggers : [{ type: "error" }];
    return withKey(value, "triggers", [
      ...before.filter((item) => !isEmptyOutput(item)),
      { type: "empty-output" },
    ]);
  }
  const left = triggers.filter((item) => !isEmptyOutput(item));
  // Errors alone are what is meant where nothing is said.
  const isPlain = left.length === 0 || (left.length === 1 && isPlainError(left[0]));
  return isPlain ? withoutKey(value, "triggers") : withKey(value, "triggers", left);
}

function readTriggers(value: JsonValue | undefined): readonly JsonValue[] {
  const triggers = isJsonObject(value) ? value["triggers"] : undefined;
  return Array.isArray(triggers) ? triggers : [];
}

const isEmptyOutput = (trigger: JsonValue) => isJsonObject(trigger) && trigger["type"] === "empty-output";

const isPlainError = (trigger: JsonValue | undefined) =>
  isJsonObject(trigger) && trigger["type"] === "error" && Object.keys(trigger).length === 1;
