import type { ListedModel } from "#contract/early-endpoints.ts";
import type { ListedTool } from "#contract/server-status.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";

// Lists of the connected API are partly documented: incomplete entries are skipped.

/** Names by which steps may refer to models, in addition to the ids of the models themselves. */
export interface ModelNames {
  readonly models: readonly ListedModel[];
  readonly aliases: ReadonlySet<string>;
}

/** Reads models grouped by base model; each provider of a model can have its own id and price. */
export function readGroupedModels(json: unknown): ModelNames | undefined {
  const groups = findList(json, ["data", "models"]);
  if (!groups) return undefined;
  const configured: ListedModel[] = [];
  const others: ListedModel[] = [];
  const aliases = new Set<string>();
  for (const group of groups) {
    const base = getText(group, "baseModel") ?? getText(group, "modelId") ?? getText(group, "id");
    const creator = getText(group, "creatorDisplayName") ?? getText(group, "creator");
    const providers = (findList(group, ["providers"]) ?? []).filter((entry) => getText(entry, "modelId"));
    const configs = findList(group, ["configuredConfigs"]) ?? [];
    for (const name of [
      base,
      ...configs.flatMap((config) => [getText(config, "id"), getText(config, "modelId")]),
    ])
      if (name !== undefined) aliases.add(name);
    const entries = providers.length > 0 ? providers : base === undefined ? [] : [group];
    for (const entry of entries) {
      const id = getText(entry, "modelId") ?? base ?? "";
      const isConfigured = group["isConfigured"] === true && entry["keyStatus"] !== "needs_setup";
      (isConfigured ? configured : others).push({
        id,
        ...optional("name", getText(group, "displayName"), id),
        ...optional(
          "provider",
          getText(entry, "providerDisplayName") ?? getText(entry, "provider") ?? creator,
        ),
        ...optional("contextTokens", getCount(group, "contextLength")),
        ...optional("inputCost", getCostPerMillion(entry, "inputCostPer1kTokens")),
        ...optional("outputCost", getCostPerMillion(entry, "outputCostPer1kTokens")),
      });
    }
  }
  return { models: uniqueById([...configured, ...others]), aliases };
}

/** Reads the enabled models of `GET /v1/resources`, which have neither prices nor context lengths. */
export function readEnabledModels(json: unknown): ModelNames | undefined {
  const enabled = findList(getValue(json, "models"), ["enabled"]);
  if (!enabled) return undefined;
  const aliases = new Set(enabled.flatMap((entry) => getText(entry, "id") ?? []));
  const listed = enabled.flatMap((entry) => {
    const id = getText(entry, "modelId") ?? getText(entry, "id");
    if (id === undefined) return [];
    return [
      {
        id,
        ...optional("name", getText(entry, "displayName"), id),
        ...optional("provider", getText(entry, "provider")),
      },
    ];
  });
  return { models: uniqueById(listed), aliases };
}

/** Reads the tools of `GET /v1/resources`; the list is complete if it has tools of all sources. */
export function readResourceTools(
  json: unknown,
): { readonly tools: readonly ListedTool[]; readonly isComplete: boolean } | undefined {
  const tools = getValue(json, "tools");
  const [custom, builtIn, integration] = ["custom", "builtIn", "integration"].map((key) =>
    getValue(tools, key),
  );
  const lists = [
    ...readToolEntries(custom, "custom"),
    ...readToolEntries(builtIn, "built-in"),
    ...readToolEntries(integration, "integration"),
  ];
  const sources = [custom, builtIn, integration];
  if (!sources.some(Array.isArray)) return undefined;
  return { tools: uniqueById(lists), isComplete: sources.every(Array.isArray) };
}

/** Reads a page of `GET /v1/tools`, or `GET /v1/tools/builtin`. */
export function readTools(json: unknown, source: ListedTool["source"]): readonly ListedTool[] | undefined {
  const list = findList(json, ["data", "tools"]);
  return list && uniqueById(readToolEntries(list, source));
}

function readToolEntries(list: unknown, source: ListedTool["source"]): readonly ListedTool[] {
  return (findList(list, []) ?? []).flatMap((entry) => {
    const id = getText(entry, "toolId") ?? getText(entry, "id");
    if (id === undefined || entry["isActive"] === false) return [];
    const name = getText(entry, "displayName") ?? getText(entry, "name");
    return [
      {
        // Flows refer to built-in tools as `builtin:exa`.
        id: source === "built-in" && !id.includes(":") ? `builtin:${id}` : id,
        ...optional("name", name),
        ...optional("description", getText(entry, "description")),
        source,
      },
    ];
  });
}

function getValue(value: unknown, key: string): JsonValue | undefined {
  const json = value as JsonValue | undefined;
  return isJsonObject(json) ? json[key] : undefined;
}

/** Finds a list of objects: the value itself, or under one of the keys. */
function findList(value: unknown, keys: readonly string[]): readonly JsonObject[] | undefined {
  const json = value as JsonValue | undefined;
  const list = Array.isArray(json)
    ? json
    : isJsonObject(json)
      ? keys.map((key) => json[key]).find(Array.isArray)
      : undefined;
  return list?.filter((entry: JsonValue): entry is JsonObject => isJsonObject(entry));
}

function getText(entry: JsonObject, key: string): string | undefined {
  const value = entry[key];
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function getCount(entry: JsonObject, key: string): number | undefined {
  const value = entry[key];
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}

function getCostPerMillion(entry: JsonObject, key: string): number | undefined {
  const value = entry[key];
  const isCost = typeof value === "number" && Number.isFinite(value) && value >= 0;
  return isCost ? Number((value * 1000).toFixed(6)) : undefined;
}

/** Returns an object with the value under `key`; empty if the value is absent or equals `other`. */
function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
  other?: Value,
): { readonly [key in Key]?: Value } {
  return value === undefined || value === other ? {} : ({ [key]: value } as { readonly [key in Key]: Value });
}

function uniqueById<Entry extends { readonly id: string }>(entries: readonly Entry[]): readonly Entry[] {
  const known = new Map<string, Entry>();
  for (const entry of entries) if (!known.has(entry.id)) known.set(entry.id, entry);
  return [...known.values()];
}
