import { type JsonObject, type JsonValue, getJsonAtPath, isJsonObject } from "#core/json/json.ts";
import { formatTemplateValue } from "#server/runner/step-template-filler.ts";
import type { StepHttpResponse } from "#server/runner/http/read-step-http-response.ts";
import type { HttpRequestOfStep } from "#server/runner/http/http-client.ts";
import { type StepRunContext, type StepRunners, fillConfigText } from "#server/runner/step-run-context.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { isWritingHttpMethod } from "#contract/step-effects.ts";
import { StepFailure, truncateTextToExcerpt } from "#server/domain/step-failure.ts";
import { withTimeLimit } from "#server/runner/time-limits.ts";
import { createApiCallStepAuthHeaders } from "./auth-headers.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

export const httpStepRunners: StepRunners = {
  "fetch-url": runFetchUrlStep,
  "api-call": runApiCallStep,
};

async function runFetchUrlStep(call: StepRunContext): Promise<JsonValue | RunValue> {
  if (call.config["fetchMethod"] === "firecrawl") {
    throw new StepFailure(
      "This server does not support Firecrawl. Use a plain request, or connect the server to the platform.",
    );
  }
  const answer = await send(call, {});
  return readBody(call, answer);
}

async function runApiCallStep(call: StepRunContext): Promise<JsonValue | RunValue> {
  const { responseMapping } = call.config;
  const answer = await send(call, fillApiCallStepAuthHeaders(call));
  const body = await readBody(call, answer);
  if (!isJsonObject(responseMapping) || Object.keys(responseMapping).length === 0) return body;
  return Object.fromEntries(
    Object.entries(responseMapping).map(([name, path]) => [
      name,
      readPath(body instanceof RunValue ? body.value : body, formatTemplateValue(path)),
    ]),
  );
}

/** Passes encoded credentials to `hide`. Throws a `StepFailure` for incomplete credentials. */
export function fillApiCallStepAuthHeaders({
  config: { auth },
  filler,
  hide,
}: Pick<StepRunContext, "config" | "filler" | "hide">): Readonly<Record<string, string>> {
  return createApiCallStepAuthHeaders(isJsonObject(auth) ? filler.value(auth) : undefined, hide);
}

async function send(
  call: StepRunContext,
  headers: Readonly<Record<string, string>>,
): Promise<StepHttpResponse> {
  const http = isJsonObject(call.config["http"]) ? call.config["http"] : {};
  const request = readRequest(call, http, headers);
  const target = request.writtenUrl ?? request.url;
  const timeout = Number(call.filler.value(http["timeout"] ?? 0));
  const sendWithSignal = (signal: AbortSignal) => call.tools.http.send(request, signal, call.memory);
  const answer =
    timeout > 0
      ? await withTimeLimit(
          {
            ms: timeout,
            message: `${target} did not respond within ${timeout} ms.`,
            signal: call.signal,
          },
          sendWithSignal,
        )
      : await sendWithSignal(call.signal);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const excerpt = truncateTextToExcerpt(call.redact(answer.text));
  const message = `${target} responded with ${answer.status}${excerpt === "" ? "." : `: ${excerpt}`}`;
  throw new StepFailure(message, { code: `HTTP_${answer.status}` });
}

function readRequest(
  call: StepRunContext,
  http: JsonObject,
  added: Readonly<Record<string, string>>,
): HttpRequestOfStep {
  const filledUrl = formatTemplateValue(call.filler.value(http["url"] ?? ""));
  const url = filledUrl.trim();
  if (url === "") throw new StepFailure("URL is required.");
  const method = formatTemplateValue(call.filler.value(http["method"] ?? "")).toUpperCase() || "GET";
  if (!METHODS.includes(method)) {
    throw new StepFailure(`Method must be one of ${METHODS.join(", ")}.`);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(isJsonObject(http["headers"]) ? http["headers"] : {})) {
    if (name.trim() !== "")
      headers[call.filler.text(name).trim()] = formatTemplateValue(call.filler.value(value));
  }
  const body =
    readRequestBody(call, http["body"] ?? null) ??
    readRequestBody(call, call.config["requestTemplate"] ?? null);
  if (body !== undefined && (method === "GET" || method === "HEAD")) {
    throw new StepFailure(`A ${method} request cannot have a body. Change the method, or clear the body.`);
  }
  const hasHeader = (wanted: string) => Object.keys(headers).some((name) => name.toLowerCase() === wanted);
  const isJson = body !== undefined && /^\s*[[{]/.test(body);
  return {
    method,
    url,
    writtenUrl:
      call.redact(filledUrl) === filledUrl ? undefined : formatTemplateValue(http["url"] ?? "").trim(),
    secrets: call.filler.usedSecrets,
    headers: {
      ...(isWritingHttpMethod(method) &&
        !hasHeader("idempotency-key") && { "idempotency-key": call.createIdempotencyKey() }),
      ...(isJson && !hasHeader("content-type") && { "content-type": "application/json" }),
      ...headers,
      ...added,
    },
    body,
  };
}

function readRequestBody(call: StepRunContext, body: JsonValue): string | undefined {
  if (body === null || body === "") return undefined;
  return typeof body === "string" ? call.filler.jsonText(body) : JSON.stringify(call.filler.value(body));
}

/** JSON if `responseType`, or else the content type, says so. Other content, such as XML, is text. */
async function readBody(
  call: StepRunContext,
  { text, contentType }: StepHttpResponse,
): Promise<string | RunValue> {
  const responseType = fillConfigText(call, "responseType").toLowerCase();
  const isJson = responseType === "json" || (responseType === "" && /[/+]json\b/i.test(contentType));
  if (!isJson) return text;
  if (text.trim() === "") return RunValue.of(null);
  const value = await call.tools.texts.readJson(text, call.signal);
  if (value) return value;
  throw new StepFailure(
    `The response is not JSON. It begins with “${truncateTextToExcerpt(call.redact(text), 100)}”.`,
  );
}

function readPath(body: JsonValue, path: string): JsonValue {
  const keys = path
    .trim()
    .replace(/^\$/, "")
    .split(/[.[\]'"]+/)
    .filter((key) => key !== "");
  return getJsonAtPath(body, keys) ?? null;
}
