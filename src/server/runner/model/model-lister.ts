import type { ListedModel, ModelList } from "#contract/early-endpoints.ts";
import { MODEL_LIST_LIMITS } from "#contract/server-status.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import {
  type ModelServer,
  createKeyRedactor,
  findModelArray,
  getModelId,
  requestModelList,
} from "./check-model-server.ts";

const FRESH_MS = 60_000;
const MAX_TEXT = 100;

/** Concurrent calls share one request, whose result, failures included, is reused for a minute. */
export function createModelLister(server: ModelServer, now: () => number = () => performance.now()) {
  let latest: { readonly since: number; readonly answer: Promise<ModelList> } | undefined;
  return (): Promise<ModelList> => {
    if (!latest || now() - latest.since >= FRESH_MS) {
      // Not tied to the caller's signal, because several callers may wait for this request. It has a time limit.
      latest = { since: now(), answer: readModels(server, new AbortController().signal) };
    }
    return latest.answer;
  };
}

async function readModels(server: ModelServer, signal: AbortSignal): Promise<ModelList> {
  const { state, json } = await requestModelList(server, signal);
  if (state === "not-configured") return { models: [], isComplete: false };
  const found = json === undefined ? undefined : findModelArray(json);
  if (!found)
    return { models: [], isComplete: false, failure: "The model server returned no list of models." };
  const redactor = createKeyRedactor(server.key);
  // Omits ids that would have to be truncated or redacted, because the changed id would name another model.
  const isUsable = (text: string) =>
    text.length <= MODEL_LIST_LIMITS.idCharacters && redactor.text(text) === text;
  const models = new Map<string, ListedModel>();
  let isComplete = true;
  for (const entry of found) {
    const id = getModelId(entry);
    if (id === undefined || models.has(id)) continue;
    if (isUsable(id) && models.size < MODEL_LIST_LIMITS.models) {
      const details = isJsonObject(entry) ? readDetails(entry, (text) => redactor.text(text)) : {};
      models.set(id, { id, ...details });
    } else isComplete = false;
  }
  return { models: [...models.values()].toSorted((a, b) => compareTexts(a.id, b.id)), isComplete };
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** OpenRouter, LM Studio, vLLM and Ollama add them. Prices are in US dollars per token. */
function readDetails(entry: JsonObject, redact: (text: string) => string): Omit<ListedModel, "id"> {
  const pricing = isJsonObject(entry["pricing"]) ? entry["pricing"] : {};
  const text = (value: JsonValue | undefined) =>
    typeof value === "string" && value !== "" ? redact(value).slice(0, MAX_TEXT) : undefined;
  const name = text(entry["name"]);
  const provider = text(entry["owned_by"]);
  const contextTokens = [
    entry["context_length"],
    entry["max_context_length"],
    entry["max_model_len"],
    entry["context_window"],
  ]
    .map(toPositiveNumber)
    .find((value) => value !== undefined);
  const inputCost = toCostPerMillion(pricing["prompt"]);
  const outputCost = toCostPerMillion(pricing["completion"]);
  return {
    ...(name !== undefined && name !== entry["id"] && { name }),
    ...(provider !== undefined && { provider }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(inputCost !== undefined && { inputCost }),
    ...(outputCost !== undefined && { outputCost }),
  };
}

function toPositiveNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** A number or numeric text. Omits negative prices, which mean “varies” in some lists. */
function toCostPerMillion(value: JsonValue | undefined): number | undefined {
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === "")) return undefined;
  const perToken = Number(value);
  return Number.isFinite(perToken) && perToken >= 0 ? Number((perToken * 1_000_000).toFixed(6)) : undefined;
}
