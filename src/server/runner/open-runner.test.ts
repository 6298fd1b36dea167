import { afterAll, beforeAll, expect, it } from "vitest";
import { readServerConfig } from "#server/config/config.ts";
import { startUnlimitedRunMemory } from "#server/testing/unlimited-run-memory.ts";
import { FinishedTestFlowRun } from "#server/testing/run-harness.ts";
import {
  createSampleScriptStep,
  createSampleSetVariableStep,
  createSampleStep,
} from "#server/testing/sample-steps.ts";
import { openFlowRunner } from "./open-runner.ts";
import type { FlowRunEvent, FlowRunPlan } from "./run-plan.ts";

const { runs } = readServerConfig({
  SECRET_CRM: "geheim-1",
  SECRET_CRM_ALLOW: "set-variable",
  SMTP_URL: "smtp://ada:geheim%2D2%zz@127.0.0.1:1",
  MODEL_BASE_URL: "http://127.0.0.1:1/v1",
  MODEL_API_KEY: "geheim-3",
  STEP_TIME_LIMIT: "1",
});
const runner = openFlowRunner(runs, {
  records: undefined as never,
  publishEvent: async () => {},
  report: () => {},
  now: Date.now,
});
// Loads the libraries first: on a busy machine, loading them may exceed the steps' time limit in these tests.
beforeAll(() => Promise.all([import("ai"), import("@ai-sdk/openai-compatible"), import("nodemailer")]));
afterAll(() => runner.close());

const run = async (steps: FlowRunPlan["steps"]) => {
  const events: FlowRunEvent[] = [];
  const plan = {
    executionId: "e",
    flow: { id: null, name: "f" },
    steps,
    record: undefined,
    inputs: {},
    messages: [],
    secrets: {},
    caller: { organizationId: "o", userId: "u", scopes: [] },
    modelOverride: undefined,
    upToStep: undefined,
    idempotencyKey: undefined,
  };
  const signal = new AbortController().signal;
  const memory = await startUnlimitedRunMemory();
  const outcome = await runner.run(plan, { signal, memory, onEvent: (event) => void events.push(event) });
  return new FinishedTestFlowRun(outcome, events);
};

it("a runner uses the server's secrets and limits, and redacts the server's keys", async () => {
  const ran = await run([
    createSampleSetVariableStep("a", "{{secret:CRM}} geheim-3 geheim-2%zz geheim%2D2%zz"),
    createSampleScriptStep("b", "for (;;) {}", { errorHandling: "continue" }),
    createSampleStep("c", "send-email", { from: "a@b.c", to: "a@b.c", text: "x", errorHandling: "continue" }),
    createSampleStep("d", "prompt", { model: "m", userPrompt: "x", errorHandling: "continue" }),
    createSampleStep("e", "fetch-url", { http: { url: "http://127.0.0.1:1/" } }),
  ]);
  expect(ran.of("a").output).toBe("••• ••• ••• •••");
  expect(ran.of("b").error).toMatch(/STEP_TIME_LIMIT|exceeded its time limit/);
  expect(ran.of("c").error).toMatch(/^The mail server could not be reached: /);
  expect(ran.of("d").error).toMatch(/^The model server did not respond: /);
  expect(ran.of("e").error).toMatch(/ALLOW_PRIVATE_HTTP/);
  expect(JSON.stringify(ran)).not.toContain("geheim");
});
