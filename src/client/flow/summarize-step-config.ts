import { findStepFacts } from "#contract/find-step-facts.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";

/** Maximum length of a hint: a row shows one line, but a prompt may have 100,000 characters. */
const LONGEST = 160;

/** Summarizes a step's config in one line; returns undefined if no suitable text is set. */
export function summarizeStepConfig(type: string, config: JsonObject): string | undefined {
  const hint = readHint(type, config)
    .filter((part) => part !== "")
    .join(" · ");
  if (hint === "") return undefined;
  return hint.length > LONGEST ? `${hint.slice(0, LONGEST - 1)}…` : hint;
}

function readHint(type: string, config: JsonObject): readonly string[] {
  const { hint } = findStepFacts(type);
  switch (hint) {
    case "request":
      return [describeRequest(config)];
    case "host":
      return [hostOf(firstLine(config["url"]))];
    case "assignment":
      return [describeAssignment(config)];
    case undefined:
      return [readAnything(config)];
    default:
      return hint.map((keys) => readFirst(config, keys));
  }
}

function readFirst(config: JsonObject, keys: readonly string[]): string {
  return keys.map((key) => firstLine(config[key])).find((text) => text !== "") ?? "";
}

function describeRequest(config: JsonObject): string {
  const request = isJsonObject(config["http"]) ? config["http"] : config;
  const url = firstLine(request["url"]);
  if (url === "") return "";
  return `${firstLine(request["method"]).toUpperCase() || "GET"} ${hostOf(url)}`;
}

/** The whole text if it starts with a template variable. The `URL` class rejects templates. */
function hostOf(url: string): string {
  return /^[a-z]+:\/\/(?:[^/?#@\s]*@)?([^/?#\s]+)/i.exec(url)?.[1] ?? url;
}

function describeAssignment(config: JsonObject): string {
  const name = firstLine(config["variableName"]);
  const value = readFirst(config, ["value", "valueTemplate"]);
  return name === "" || value === "" ? name : `${name} = ${value}`;
}

/** Returns the first text of the config. The output variable is no hint about what the step does. */
function readAnything(config: JsonObject): string {
  const entry = Object.entries(config).find(
    ([key, value]) => key !== "outputVariable" && typeof value === "string",
  );
  return firstLine(entry?.[1]);
}

function firstLine(value: JsonValue | undefined): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return "";
  // Cuts the text before splitting it: splitting a long prompt into lines for every row is slow.
  const start = value.slice(0, LONGEST * 4).trimStart();
  return (start.split(/[\r\n\u2028]/, 1)[0] ?? "").trimEnd();
}
