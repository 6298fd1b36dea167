import type { StepNode } from "#core/document/flow-document.ts";
import { type JsonPath, getJsonAtPath, isJsonObject } from "#core/json/json.ts";

/** The name of a model, a tool or a record type in a step. `at` is the path of the text inside the step. */
export interface ResourceUseInStep {
  readonly name: string;
  readonly at: JsonPath;
}

const MODEL_PATHS: readonly JsonPath[] = [
  ["config", "model"],
  ["config", "embeddingModel"],
];

const RECORD_TYPE_PATHS: readonly JsonPath[] = [
  ["config", "recordType"],
  ["config", "recordFilter", "type"],
];

/** Types of steps whose `filter` can name a record type. In other steps, `filter` has another meaning. */
const RECORD_FILTER_STEP_TYPES: ReadonlySet<unknown> = new Set([
  "retrieve-record",
  "get-record",
  "list-records",
  "update-record",
]);

/** Without names with templates: only a run knows the full name. */
export function listModelUses({ fields }: StepNode): readonly ResourceUseInStep[] {
  const fallbacks = getJsonAtPath(fields, ["config", "errorHandling", "fallbacks"]);
  const inFallbacks = Array.isArray(fallbacks)
    ? fallbacks.map((_, index): JsonPath => ["config", "errorHandling", "fallbacks", index, "model"])
    : [];
  return listNamesAt(fields, [...MODEL_PATHS, ...inFallbacks]);
}

/** Lists the tools of a prompt or a tool call. Excludes those that no list of tools has; see {@link isListedToolId}. */
export function listToolUses({ fields }: StepNode): readonly ResourceUseInStep[] {
  const ids = getJsonAtPath(fields, ["config", "tools", "toolIds"]);
  const inPrompt = Array.isArray(ids)
    ? ids.map((_, index): JsonPath => ["config", "tools", "toolIds", index])
    : [];
  const paths = fields["type"] === "tool-call" ? [["config", "toolId"]] : inPrompt;
  return listNamesAt(fields, paths).filter(({ name }) => isListedToolId(name));
}

/** False for a template, whose tool only a run knows, and for tools of MCP servers and of the platform. */
export function isListedToolId(id: string): boolean {
  return !/\{\{|^(?:mcp|platform):/.test(id);
}

/** Without names with templates: only a run knows the full name. */
export function listRecordTypeUses({ fields }: StepNode): readonly ResourceUseInStep[] {
  const inFilter = RECORD_FILTER_STEP_TYPES.has(fields["type"]) ? [["config", "filter", "type"]] : [];
  return listNamesAt(fields, [...RECORD_TYPE_PATHS, ...inFilter]);
}

function listNamesAt(fields: StepNode["fields"], paths: readonly JsonPath[]): readonly ResourceUseInStep[] {
  if (!isJsonObject(fields["config"])) return [];
  return paths.flatMap((at) => {
    const name = getJsonAtPath(fields, at);
    return typeof name === "string" && name.trim() !== "" && !name.includes("{{") ? [{ name, at }] : [];
  });
}
