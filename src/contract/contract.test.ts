import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import * as z from "zod/mini";
import { anyFlow } from "#core/arbitrary-flow.ts";
import { endpoints } from "./endpoints.ts";
import { errorBody } from "./error-body.ts";
import { FLOW_LIMITS, createFlowBody, flow, listFlowsQuery, stepInput, updateFlowBody } from "./flow.ts";
import { FAMILIES, STEP_TYPES, findStepType } from "./step-types.ts";

describe("the step types", () => {
  it("are 33, each once, with a label and a family", () => {
    expect(new Set(STEP_TYPES.map((step) => step.type)).size).toBe(33);
    expect(new Set(STEP_TYPES.map((step) => step.label)).size).toBe(33);
    for (const family of FAMILIES) expect(STEP_TYPES.some((step) => step.family === family)).toBe(true);
  });

  it("do not hold what plain objects inherit", () => {
    expect(findStepType("constructor")).toBeUndefined();
    expect(findStepType("prompt")?.label).toBe("Prompt");
  });
});

describe("the endpoint table", () => {
  it("names each method and path once", () => {
    const names = Object.values(endpoints).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("demands a scope of whatever tells of flows, but for what the API documents as public", () => {
    for (const endpoint of Object.values(endpoints)) {
      expect("scope" in endpoint).toBe(
        /^\/(?:v1\/(?!public\/)|local\/(?!capabilities$|session$))/.test(endpoint.path),
      );
    }
  });
});

describe("a schema", () => {
  // What a schema gives back may lack a key named __proto__; that is why nobody keeps it.
  it("only checks: it leaves the value that came as it was", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        const text = JSON.stringify(source);
        z.safeParse(updateFlowBody, source);
        expect(JSON.stringify(source)).toBe(text);
      }),
    );
  });

  const step = { type: "prompt", name: "Write" };

  test.each([
    [step, true],
    [{ ...step, type: "no-such-type", more: [1] }, true],
    [{ ...step, name: "" }, false],
    [{ type: "prompt" }, false],
    [{ ...step, id: "" }, false],
    [{ ...step, id: "a b" }, false],
    [{ ...step, id: "step_1:a.b-c" }, true],
    [{ ...step, id: "x".repeat(129) }, false],
    [{ ...step, order: -1 }, false],
    [{ ...step, order: 1.5 }, false],
    [{ ...step, enabled: "yes" }, false],
    [{ ...step, when: "x".repeat(FLOW_LIMITS.when) }, true],
    [{ ...step, when: "x".repeat(FLOW_LIMITS.when + 1) }, false],
    [{ ...step, config: [] }, false],
  ])("of a step that a client sends: %j is %s", (value, isAccepted) => {
    expect(z.safeParse(stepInput, value).success).toBe(isAccepted);
  });

  it("of a new flow demands a name of 1 to 500 characters", () => {
    const accepts = (name: unknown) => z.safeParse(createFlowBody, { name }).success;
    expect(["x", " ", "x".repeat(500)].map(accepts)).toEqual([true, true, true]);
    expect(["", "x".repeat(501), 7, null, undefined].map(accepts)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("of the list's parameters knows texts only", () => {
    const accepts = (query: object) => z.safeParse(listFlowsQuery, query).success;
    expect(accepts({ limit: "10", sort: "name", order: "asc", status: "changed", search: "2024" })).toBe(
      true,
    );
    const refused = [{ limit: "ten" }, { limit: 10 }, { limit: "" }, { sort: "size" }, { status: "live" }];
    expect(refused.map(accepts)).toEqual(refused.map(() => false));
  });

  it("of a flow takes the documented answer without any of our extras", () => {
    const documented = {
      id: "flow_1",
      name: "Chat",
      createdAt: "2026-06-01T16:40:24.446Z",
      updatedAt: "2026-06-01T16:40:24.446Z",
      userId: "user_1",
      organizationId: null,
      flowSteps: [{ id: "a", type: "send-slack-message" }],
    };
    expect(z.safeParse(flow, documented).success).toBe(true);
    expect(z.safeParse(flow, { ...documented, flowSteps: [{ kind: "strange" }] }).success).toBe(true);
    expect(z.safeParse(flow, { ...documented, flowSteps: ["strange"] }).success).toBe(false);
  });

  it("of an error takes what the API documents", () => {
    expect(
      z.safeParse(errorBody, { error: "Bad", details: [{ message: "m", path: "a.0", code: "C" }] }).success,
    ).toBe(true);
    expect(z.safeParse(errorBody, { error: { code: "x" } }).success).toBe(false);
  });
});
