import { afterAll, beforeAll, expect, it } from "vitest";
import { readConfig } from "#server/config.ts";
import { FinishedRun } from "#server/testing/run-harness.ts";
import { script, set, step } from "#server/testing/sample-steps.ts";
import { openRunner } from "./open-runner.ts";
import type { RunEvent, RunPlan } from "./run-plan.ts";

const { runs } = readConfig({
  SECRET_CRM: "geheim-1",
  SMTP_URL: "smtp://ada:geheim%2D2%zz@127.0.0.1:1",
  MODEL_BASE_URL: "http://127.0.0.1:1/v1",
  MODEL_API_KEY: "geheim-3",
  STEP_TIME_LIMIT: "1",
});
const runner = openRunner(runs, {
  records: undefined as never,
  tellEvent: async () => {},
  report: () => {},
  now: Date.now,
});
// A busy machine takes longer for these than the steps may take here.
beforeAll(() => Promise.all([import("ai"), import("@ai-sdk/openai-compatible"), import("nodemailer")]));
afterAll(() => runner.close());

const run = async (steps: RunPlan["steps"]) => {
  const events: RunEvent[] = [];
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
  };
  const signal = new AbortController().signal;
  const outcome = await runner.run(plan, { signal, onEvent: (event) => void events.push(event) });
  return new FinishedRun(outcome, events);
};

it("has the server's secrets and limits, and tells none of its keys", async () => {
  const ran = await run([
    set("a", "{{secret:CRM}} geheim-3 geheim-2%zz geheim%2D2%zz"),
    script("b", "for (;;) {}", { errorHandling: "continue" }),
    step("c", "send-email", { from: "a@b.c", to: "a@b.c", text: "x", errorHandling: "continue" }),
    step("d", "prompt", { model: "m", userPrompt: "x", errorHandling: "continue" }),
    step("e", "fetch-url", { http: { url: "http://127.0.0.1:1/" } }),
  ]);
  expect(ran.of("a").output).toBe("••• ••• ••• •••");
  expect(ran.of("b").error).toMatch(/STEP_TIME_LIMIT|ran for too long/);
  expect(ran.of("c").error).toMatch(/^The mail server did not take the email: /);
  expect(ran.of("d").error).toMatch(/^The model server gave no answer: /);
  expect(ran.of("e").error).toMatch(/ALLOW_PRIVATE_HTTP/);
  expect(JSON.stringify(ran)).not.toContain("geheim");
});
