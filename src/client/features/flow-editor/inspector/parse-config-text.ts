import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import { findJsonFault } from "#core/json-text.ts";

export type ConfigText =
  | { readonly type: "parsed"; readonly config: JsonObject }
  | { readonly type: "broken"; readonly message: string; readonly offset: number };

/** Reads what was typed as a step's config; every fault has a sentence and, where there is one, a place. */
export function parseConfigText(text: string): ConfigText {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    return describeSyntaxError(text, error instanceof Error ? error.message : "");
  }
  if (!isJsonObject(value)) {
    return { type: "broken", message: "A config is an object: { … }.", offset: 0 };
  }
  const fault = findJsonFault(text, value);
  if (fault) return { type: "broken", message: fault.message, offset: 0 };
  return { type: "parsed", config: value };
}

/** Engines say where in the message only: V8 an offset, others a line and a column. */
function describeSyntaxError(text: string, reason: string): ConfigText {
  const position = /position (\d+)/.exec(reason)?.[1];
  const place = /line (\d+) column (\d+)/.exec(reason);
  const offset = position !== undefined ? Number(position) : (offsetOf(text, place) ?? text.length);
  const before = text.slice(0, offset).split("\n");
  const where = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const what = reason
    .replace(/^JSON\.parse: /, "")
    .replace(/ (in JSON )?at .*$/, "")
    .replace(/, ".*" is not valid JSON$/s, "");
  return { type: "broken", message: `${what || "Not valid JSON"} (${where}).`, offset };
}

function offsetOf(text: string, place: RegExpExecArray | null): number | undefined {
  if (!place) return undefined;
  const lines = text.split("\n").slice(0, Number(place[1]) - 1);
  return lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(place[2]) - 1;
}
