import { type JsonObject, type JsonValue, getAtPath, isJsonObject } from "#core/json.ts";
import { toText } from "#server/runner/fill-templates.ts";
import type { HttpAnswer } from "#server/runner/http/read-answer.ts";
import type { HttpRequest } from "#server/runner/http/http-client.ts";
import { type StepCall, filledText } from "#server/runner/step-call.ts";
import { StepFailure, beginning } from "#server/runner/step-failure.ts";
import { withTimeLimit } from "#server/runner/time-limits.ts";
import { authHeaders } from "./auth-headers.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

export async function runFetchUrl(call: StepCall): Promise<JsonValue> {
  if (call.config["fetchMethod"] === "firecrawl") {
    throw new StepFailure(
      "Fetching with Firecrawl does not run on this server; connect it to the platform to run it, or fetch with a plain request.",
    );
  }
  const answer = await send(call, {});
  return readBody(call, answer);
}

export async function runApiCall(call: StepCall): Promise<JsonValue> {
  const { auth, responseMapping } = call.config;
  const answer = await send(
    call,
    authHeaders(isJsonObject(auth) ? call.filler.value(auth) : undefined, call.hide),
  );
  const body = readBody(call, answer);
  if (!isJsonObject(responseMapping) || Object.keys(responseMapping).length === 0) return body;
  return Object.fromEntries(
    Object.entries(responseMapping).map(([name, path]) => [name, readPath(body, toText(path))]),
  );
}

async function send(call: StepCall, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  const http = isJsonObject(call.config["http"]) ? call.config["http"] : {};
  const request = readRequest(call, http, headers);
  const timeout = Number(call.filler.value(http["timeout"] ?? 0));
  const sendIt = (signal: AbortSignal) => call.tools.http.send(request, signal);
  const answer =
    timeout > 0
      ? await withTimeLimit(
          {
            ms: timeout,
            message: `${request.url} gave no answer within ${timeout} ms.`,
            signal: call.signal,
          },
          sendIt,
        )
      : await sendIt(call.signal);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const said = beginning(call.redact(answer.text));
  throw new StepFailure(`${request.url} answered ${answer.status}${said === "" ? "." : `: ${said}`}`);
}

function readRequest(call: StepCall, http: JsonObject, added: Readonly<Record<string, string>>): HttpRequest {
  const url = toText(call.filler.value(http["url"] ?? "")).trim();
  if (url === "") throw new StepFailure("This step needs an address to call: fill in its URL.");
  const method = toText(call.filler.value(http["method"] ?? "")).toUpperCase() || "GET";
  if (!METHODS.includes(method)) throw new StepFailure(`“${method}” is not a method of HTTP.`);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(isJsonObject(http["headers"]) ? http["headers"] : {})) {
    if (name.trim() !== "") headers[call.filler.text(name).trim()] = toText(call.filler.value(value));
  }
  const body =
    readRequestBody(call, http["body"] ?? null) ??
    readRequestBody(call, call.config["requestTemplate"] ?? null);
  if (body !== undefined && (method === "GET" || method === "HEAD")) {
    throw new StepFailure(`A ${method} request has no body: choose another method, or empty the body.`);
  }
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  const isJson = body !== undefined && /^\s*[[{]/.test(body);
  return {
    method,
    url,
    headers: { ...(isJson && !hasType && { "content-type": "application/json" }), ...headers, ...added },
    body,
  };
}

function readRequestBody(call: StepCall, body: JsonValue): string | undefined {
  if (body === null || body === "") return undefined;
  return typeof body === "string" ? call.filler.jsonText(body) : JSON.stringify(call.filler.value(body));
}

/** Without a `responseType`, what the answer says of itself counts. XML stays text. */
function readBody(call: StepCall, { text, contentType }: HttpAnswer): JsonValue {
  const responseType = filledText(call, "responseType").toLowerCase();
  const isJson = responseType === "json" || (responseType === "" && /[/+]json\b/i.test(contentType));
  if (!isJson) return text;
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new StepFailure(`The answer is not JSON: it begins with “${beginning(call.redact(text), 100)}”.`);
  }
}

/** `data.items[0].name`, also with `$.` before it; null where it leads nowhere. */
function readPath(body: JsonValue, path: string): JsonValue {
  const keys = path
    .trim()
    .replace(/^\$/, "")
    .split(/[.[\]'"]+/)
    .filter((key) => key !== "");
  return getAtPath(body, keys) ?? null;
}
