import * as z from "zod/mini";
import type { EndpointDefinition } from "./endpoint.ts";

/**
 * Any JSON: the exact responses are only partly known, so the client reads the fields that it finds and reports a
 * response without any of them as unexpected.
 */
const anyJson = z.unknown();

/** Endpoints of the hosted API that this server does not implement; in cloud mode, requests to them are forwarded. */
export const cloudApiEndpoints = {
  listGroupedModels: {
    method: "GET",
    path: "/v1/model-configs/grouped",
    summary: "List models with their providers, prices and context lengths",
    scope: "FLOWS:READ",
    answers: { 200: anyJson },
  },
  listResources: {
    method: "GET",
    path: "/v1/resources",
    summary: "List enabled models, tools and MCP servers",
    scope: "FLOWS:READ",
    answers: { 200: anyJson },
  },
  listTools: {
    method: "GET",
    path: "/v1/tools",
    summary: "List the account’s tools",
    scope: "FLOWS:READ",
    query: z.looseObject({ limit: z.optional(z.string()), cursor: z.optional(z.string()) }),
    answers: { 200: anyJson },
  },
  listBuiltInTools: {
    method: "GET",
    path: "/v1/tools/builtin",
    summary: "List built-in tools",
    scope: "FLOWS:READ",
    answers: { 200: anyJson },
  },
  checkSecrets: {
    method: "POST",
    path: "/v1/secrets/check",
    summary: "Check which secrets exist",
    scope: "FLOWS:WRITE",
    body: z.object({ keys: z.array(z.string()).check(z.minLength(1), z.maxLength(50)) }),
    answers: { 200: anyJson },
  },
  validateTransformCode: {
    method: "POST",
    path: "/v1/validate/transform-code",
    summary: "Check the syntax of a script",
    scope: "FLOWS:READ",
    body: z.object({ code: z.string(), language: z.optional(z.string()) }),
    answers: { 200: anyJson },
  },
  getDailyUsage: {
    method: "GET",
    path: "/v1/usage-limits/daily",
    summary: "Read the executions used of the plan’s limit",
    scope: "FLOWS:READ",
    answers: { 200: anyJson },
  },
} as const satisfies Record<string, EndpointDefinition>;
