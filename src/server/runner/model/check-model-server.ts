import type {
  ModelServerConnectionFailure,
  ModelServerCheckResult,
  ModelServerState,
} from "#contract/server-status.ts";
import { type JsonValue, isJsonObject, parseJson } from "#core/json/json.ts";
import { truncateText } from "#server/domain/truncate-text.ts";
import { RunSecretRedactor } from "#server/redaction/run-secret-redactor.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { createFetchForModelServer } from "./model-fetch.ts";

export interface ModelServer {
  readonly url: string | undefined;
  readonly key: string | undefined;
}

type Outcome = Pick<ModelServerCheckResult, "state" | "status" | "reason" | "models" | "modelCount"> & {
  readonly json?: JsonValue;
};

/** The page waits for the result, and providers list their models in less than a second. */
const CHECK_MS = 5000;
/** Maximum characters of a list of models: parsing a longer text would block the server. */
const MAX_LENGTH = 5_000_000;
const MAX_MODELS = 500;
const MAX_NAME = 200;
const MIN_SECRET = 12;

/** Requests the list of models from the model server. Reports every failure as a state, within the time limit. */
export async function checkModelServer(
  server: ModelServer,
  signal: AbortSignal,
  timeLimitMs: number = CHECK_MS,
): Promise<ModelServerCheckResult> {
  const { json: _json, ...check } = await requestModelList(server, signal, timeLimitMs);
  return check;
}

/** Like {@link checkModelServer}, but also returns the JSON of a response that contains a list of models. */
export async function requestModelList(
  { url, key }: ModelServer,
  signal: AbortSignal,
  timeLimitMs: number = CHECK_MS,
): Promise<ModelServerCheckResult & { readonly json?: JsonValue }> {
  if (url === undefined) return { state: "not-configured" };
  // Loads the HTTP client first, so that the measured time does not include loading it.
  await import("undici");
  const modelFetch = createFetchForModelServer(url);
  const timeLimit = AbortSignal.timeout(timeLimitMs);
  const startedAt = performance.now();
  try {
    const response = await modelFetch.fetch(`${url}/models`, {
      headers: { accept: "application/json", ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      signal: AbortSignal.any([signal, timeLimit]),
    });
    const outcome = readOutcome(response, await response.text(), createKeyRedactor(key));
    return { ...outcome, durationMs: elapsedSince(startedAt), host: new URL(url).host };
  } catch (error) {
    signal.throwIfAborted();
    const outcome: Outcome = timeLimit.aborted ? { state: "timed-out" } : explainFailure(error);
    return { ...outcome, durationMs: elapsedSince(startedAt), host: new URL(url).host };
  } finally {
    await modelFetch.close();
  }
}

/** A provider may echo it. A short key is any word, which may be part of model names. */
export const createKeyRedactor = (key: string | undefined) =>
  new RunSecretRedactor(key !== undefined && key.length >= MIN_SECRET ? [key] : []);

const elapsedSince = (startedAt: number) => Math.round(performance.now() - startedAt);

function readOutcome(response: Response, text: string, redactor: RunSecretRedactor): Outcome {
  const { status } = response;
  const isTooLong = text.length > MAX_LENGTH;
  const json = isTooLong ? undefined : parseJson(text);
  const isPage = json === undefined && /html/i.test(response.headers.get("content-type") ?? "");
  const state = stateOf(status, isPage);
  if (state) return { state, status };
  if (isTooLong) return { state: "list-too-long", status };
  if (json === undefined) return { state: "not-an-api", status };
  const names = listModelNames(json);
  if (!names) return { state: "no-model-list", status };
  const models = names
    .toSorted()
    .slice(0, MAX_MODELS)
    .map((name) => truncateText(redactor.text(name), MAX_NAME));
  // Truncating and redacting can make several names equal.
  return { state: "reachable", status, models: [...new Set(models)], modelCount: names.length, json };
}

function stateOf(status: number, isPage: boolean): ModelServerState | undefined {
  if (status === 401 || status === 403) return "unauthorized";
  if (isPage && status < 500) return "not-an-api";
  if (status === 404 || status === 405 || status === 501) return "no-model-list";
  return status >= 400 ? "failed" : undefined;
}

function listModelNames(json: JsonValue): readonly string[] | undefined {
  const names = findModelArray(json)?.flatMap((model) => getModelId(model) ?? []);
  return names && [...new Set(names)];
}

/** Finds `{ data: [{ id }] }` of OpenAI, and `{ models: [{ name }] }` or a plain list of other providers. */
export function findModelArray(json: JsonValue): readonly JsonValue[] | undefined {
  const list = isJsonObject(json) ? (json["data"] ?? json["models"]) : json;
  return Array.isArray(list) ? (list as readonly JsonValue[]) : undefined;
}

export function getModelId(model: JsonValue): string | undefined {
  const name = isJsonObject(model) ? (model["id"] ?? model["name"]) : model;
  return typeof name === "string" && name !== "" ? name : undefined;
}

const REASONS: Readonly<Record<string, ModelServerConnectionFailure>> = {
  ECONNREFUSED: "refused",
  ENOTFOUND: "not-found",
  EAI_AGAIN: "not-found",
  UND_ERR_CONNECT_TIMEOUT: "broken",
};

function explainFailure(error: unknown): Outcome {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  // Uses the first of several failures: Node tries the addresses of a host in turn and reports all failures together.
  if (cause instanceof AggregateError) [cause] = cause.errors as unknown[];
  if (cause instanceof StepFailure) return { state: "list-too-long" };
  if (!(cause instanceof Error)) return { state: "unreachable", reason: "broken" };
  if (cause.message === "unexpected redirect") return { state: "redirected" };
  const code = "code" in cause ? String(cause.code) : "";
  const isCertificate = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL/.test(code);
  return { state: "unreachable", reason: isCertificate ? "certificate" : (REASONS[code] ?? "broken") };
}
