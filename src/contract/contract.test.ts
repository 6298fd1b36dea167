import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import * as z from "zod/mini";
import { flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { endpoints } from "./endpoints.ts";
import {
  FLOW_LIMITS,
  createFlowBodySchema,
  flowSchema,
  listFlowsQuerySchema,
  stepInRequestBodySchema,
  updateFlowBodySchema,
} from "./flow.ts";
import { findStepType } from "./find-step-type.ts";
import { STEP_CATEGORIES, STEP_TYPES } from "./step-types.ts";

it("the catalog of step types lists each type once, with its own label, and has types in every category", () => {
  expect(new Set(STEP_TYPES.map((step) => step.type)).size).toBe(STEP_TYPES.length);
  expect(new Set(STEP_TYPES.map((step) => step.label)).size).toBe(STEP_TYPES.length);
  for (const category of STEP_CATEGORIES)
    expect(STEP_TYPES.some((step) => step.category === category)).toBe(true);
});

it("the catalog of step types does not find names that plain objects inherit", () => {
  expect(findStepType("constructor")).toBeUndefined();
  expect(findStepType("prompt")?.label).toBe("Prompt");
});

it("the endpoint table has at most one endpoint for each method and path", () => {
  const names = Object.values(endpoints).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(names).size).toBe(names.length);
});

it("the endpoint table requires a scope for every endpoint except those that the API documents as public", () => {
  for (const endpoint of Object.values(endpoints)) {
    expect("scope" in endpoint).toBe(
      /^\/(?:v1\/(?!public\/)|local\/(?!capabilities$|session$))/.test(endpoint.path),
    );
  }
});

describe("a request or response schema", () => {
  // Callers use the checked input instead of zod's output, because zod drops a key named `__proto__`.
  it("checks a value without changing it", () => {
    fc.assert(
      fc.property(flowArbitrary, (source) => {
        const text = JSON.stringify(source);
        z.safeParse(updateFlowBodySchema, source);
        expect(JSON.stringify(source)).toBe(text);
      }),
    );
  });

  const step = { type: "prompt", name: "Write" };

  test.each([
    ["with only a type and a name", step],
    ["with an unknown type and an unknown field", { ...step, type: "no-such-type", more: [1] }],
    ["with punctuation in the id", { ...step, id: "step_1:a.b-c" }],
    ["with a condition of the maximum length", { ...step, when: "x".repeat(FLOW_LIMITS.when) }],
  ])("accepts a step %s", (_, value) => {
    expect(z.safeParse(stepInRequestBodySchema, value).success).toBe(true);
  });

  test.each([
    ["with an empty name", { ...step, name: "" }],
    ["without a name", { type: "prompt" }],
    ["with an empty id", { ...step, id: "" }],
    ["with a space in the id", { ...step, id: "a b" }],
    ["with a too long id", { ...step, id: "x".repeat(129) }],
    ["with a negative order", { ...step, order: -1 }],
    ["with a fractional order", { ...step, order: 1.5 }],
    ["whose `enabled` is a string", { ...step, enabled: "yes" }],
    ["with a too long condition", { ...step, when: "x".repeat(FLOW_LIMITS.when + 1) }],
    ["whose config is a list", { ...step, config: [] }],
  ])("rejects a step %s", (_, value) => {
    expect(z.safeParse(stepInRequestBodySchema, value).success).toBe(false);
  });

  it("requires a name of 1 to 500 characters for a new flow", () => {
    const accepts = (name: unknown) => z.safeParse(createFlowBodySchema, { name }).success;
    expect(["x", " ", "x".repeat(500)].map(accepts)).toEqual([true, true, true]);
    expect(["", "x".repeat(501), 7, null, undefined].map(accepts)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("accepts only valid strings as query parameters of the list of flows", () => {
    const accepts = (query: object) => z.safeParse(listFlowsQuerySchema, query).success;
    expect(accepts({ limit: "10", sort: "name", order: "asc", status: "changed", search: "2024" })).toBe(
      true,
    );
    const refused = [{ limit: "ten" }, { limit: 10 }, { limit: "" }, { sort: "size" }, { status: "live" }];
    expect(refused.map(accepts)).toEqual(refused.map(() => false));
  });

  it("accepts a flow as the API documents it, without this server's additional fields", () => {
    const documented = {
      id: "flow_1",
      name: "Chat",
      createdAt: "2026-06-01T16:40:24.446Z",
      updatedAt: "2026-06-01T16:40:24.446Z",
      userId: "user_1",
      organizationId: null,
      flowSteps: [{ id: "a", type: "send-slack-message" }],
    };
    expect(z.safeParse(flowSchema, documented).success).toBe(true);
    expect(z.safeParse(flowSchema, { ...documented, flowSteps: [{ kind: "strange" }] }).success).toBe(true);
    expect(z.safeParse(flowSchema, { ...documented, flowSteps: ["strange"] }).success).toBe(false);
  });
});
