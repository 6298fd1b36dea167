import type { IncomingHttpHeaders } from "node:http";
import { type core, safeParse } from "zod/mini";
import type { RealApiEndpoint, StandInAnswer, StandInRequest } from "./endpoint.ts";
import { errorBody } from "./flow-schemas.ts";
import { dispatchResult } from "./run-schemas.ts";

/** Headers that a client of the documented API may send. Others are violations: they belong to our own server. */
const ALLOWED_HEADERS: ReadonlySet<string> = new Set(
  (
    "host connection authorization accept accept-language accept-encoding user-agent content-type content-length " +
    "idempotency-key x-persona-version " +
    // Node's `fetch` adds these.
    "sec-fetch-mode cache-control pragma"
  ).split(" "),
);

export function findHeaderViolations(
  endpoint: RealApiEndpoint,
  headers: IncomingHttpHeaders,
): readonly string[] {
  const found = Object.keys(headers)
    .filter((name) => !ALLOWED_HEADERS.has(name))
    .map((name) => `undocumented header ${name}`);
  if (headers["transfer-encoding"] !== undefined) found.push("the body is chunked, without Content-Length");
  const type = headers["content-type"] ?? "";
  if (endpoint.body === "form" && !type.startsWith("multipart/form-data")) found.push(`content type ${type}`);
  const isJson = endpoint.body !== undefined && endpoint.body !== "form";
  if (isJson && !type.startsWith("application/json")) found.push(`content type “${type}” for JSON`);
  return found;
}

export function findQueryViolations(endpoint: RealApiEndpoint, query: URLSearchParams): readonly string[] {
  const documented = endpoint.query ?? {};
  const found: string[] = [];
  for (const name of new Set(query.keys())) {
    const rule = documented[name];
    if (rule === undefined) found.push(`undocumented query parameter ${name}`);
    const values = query.getAll(name);
    if (values.length > 1) found.push(`repeated query parameter ${name}`);
    if (Array.isArray(rule) && !values.every((value) => rule.includes(value)))
      found.push(`undocumented value of ${name}: ${values.join()}`);
  }
  for (const [name, rule] of Object.entries(documented))
    if (rule === "required" && !query.has(name)) found.push(`missing query parameter ${name}`);
  return found;
}

export function findBodyViolations(
  endpoint: RealApiEndpoint,
  { body, bytes }: StandInRequest,
): readonly string[] {
  if (endpoint.body === "form") return [];
  if (endpoint.body === undefined) return bytes.length > 0 ? ["undocumented body"] : [];
  return findSchemaViolations(endpoint.body, body);
}

function findSchemaViolations(schema: Parameters<typeof safeParse>[0], value: unknown): readonly string[] {
  const { error } = safeParse(schema, value);
  return error?.issues.map((issue) => [...issue.path.map(String), describeIssue(issue)].join(": ")) ?? [];
}

/** Describes an issue, because zod's small build has no messages. */
function describeIssue(issue: core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `undocumented ${issue.keys.join(", ")}`;
  if (issue.code === "invalid_type") return `not ${issue.expected}`;
  return issue.code === "custom" ? issue.message : issue.code;
}

/** Compares an answer with the documented answer for its status. */
export function findAnswerViolations(endpoint: RealApiEndpoint, answer: StandInAnswer): readonly string[] {
  const { status, body } = answer;
  if (status >= 400) return findSchemaViolations(errorBody, body);
  const documented = endpoint.answers[status];
  if (documented === undefined) return [`undocumented status ${status}`];
  if (documented === "csv") return answer.csv === undefined ? ["not CSV"] : [];
  if (documented === "empty") return body === undefined ? [] : ["undocumented body"];
  if (documented === "events") return answer.events ? [] : findSchemaViolations(dispatchResult, body);
  return findSchemaViolations(documented, body);
}
