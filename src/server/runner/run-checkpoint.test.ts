import { EventEmitter, once } from "node:events";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import {
  InterruptibleRuns,
  type SeenEffect,
  describeOutcome,
  listResults,
  sampleRecord,
} from "#server/testing/interrupted-run.ts";
import {
  createSampleScriptStep,
  createSampleSetVariableStep,
  createSampleStep,
  createSampleThrowingScriptStep,
} from "#server/testing/sample-steps.ts";
import { CHECKPOINT_LIMITS, RunCheckpoint, saveUnsavedCheckpoints } from "./run-checkpoint.ts";
import { RunValue } from "#server/domain/run-value.ts";

const runs = new InterruptibleRuns();
afterAll(() => runs.close());
beforeEach(() => {
  Object.assign(runs, { answer: "ok", failingSaves: 0, saved: null, saves: 0 });
  runs.warnings.length = 0;
});

const post = (id: string, body = "", fields: JsonObject = {}) =>
  createSampleStep(
    id,
    "api-call",
    { http: { url: `https://example.com/${id}`, method: "POST", body }, outputVariable: id },
    fields,
  );
const get = (id: string) =>
  createSampleStep(id, "fetch-url", { http: { url: "https://example.com/" }, outputVariable: id });

/** A flow with every type of step that this server runs. */
const everyType: readonly JsonObject[] = [
  createSampleSetVariableStep("word", "{{_record.metadata.word}}"),
  createSampleScriptStep("list", "return [word, 2]"),
  get("page"),
  post("request", '{"page": "{{page}}"}'),
  createSampleStep("ask", "prompt", { model: "m", userPrompt: "ask {{word}}", outputVariable: "ask" }),
  createSampleStep("mail", "send-email", {
    from: "a@example.com",
    to: "b@example.com",
    subject: "mail",
    text: "{{ask}}",
  }),
  createSampleThrowingScriptStep("tolerated", "continue"),
  createSampleScriptStep("replaced", "throw 1", { errorHandling: "continue", defaultValue: "{{ask}}!" }),
  createSampleSetVariableStep("unwanted", "1", { when: "word === 'second'" }),
  createSampleStep("choice", "conditional", {
    condition: "page === 'ok'",
    trueSteps: [
      createSampleStep("event", "send-event", { eventType: "event", payload: { replaced: "{{replaced}}" } }),
      createSampleStep("inner", "conditional", {
        condition: "false",
        trueSteps: [post("never")],
        falseSteps: [post("deep")],
      }),
    ],
    falseSteps: [post("other")],
  }),
  createSampleStep("off", "api-call", {}, { enabled: false }),
  createSampleStep("upsert", "upsert-record", {
    recordType: "lead",
    recordName: "upsert",
    sourceVariable: "request",
  }),
  createSampleStep("update", "update-record", { recordId: "update", updates: { word: "second" } }),
  createSampleStep("create", "create-records", {
    recordType: "lead",
    nameTemplate: "create {{item}}",
    sourceVariable: "list",
  }),
  createSampleStep("wait", "wait-until", { delayMs: 1 }),
  createSampleStep("record", "retrieve-record", { recordId: "x" }),
  createSampleStep("records", "list-records", { recordType: "lead" }),
  createSampleStep("text", "template", { template: "{{ word }} {{ ask }}", outputVariable: "text" }),
  createSampleStep("stream", "send-stream", { message: "{{text}}" }),
];

const names = (effects: readonly SeenEffect[]) => effects.map(({ step }) => step);

/**
 * Expects all effects of the uninterrupted run `whole`, and at most two repeats: those of one step in flight.
 */
function expectEachEffectOnce(whole: readonly SeenEffect[], seen: readonly SeenEffect[]): void {
  const repeats = seen.length - new Set(seen.map((effect) => JSON.stringify(effect))).size;
  expect([...new Set(names(seen))]).toEqual([...new Set(names(whole))]);
  // A repeat has the same key and content as the first time.
  expect(new Set(seen.map((effect) => JSON.stringify(effect)))).toEqual(
    new Set(whole.map((effect) => JSON.stringify(effect))),
  );
  expect(repeats).toBeLessThanOrEqual(2);
}

describe("a run that resumes after a crash", () => {
  const plan = { record: sampleRecord };

  it("reuses the results of finished steps of every type, and repeats no completed effect", async () => {
    const whole = await runs.attempt(everyType, { plan });
    expect(describeOutcome(whole.outcome)).toMatchObject({ status: "completed", totalTokens: 3, cost: 0.5 });
    expect(names(whole.effects)).toEqual([
      "request",
      "ask",
      "mail",
      "event",
      "deep",
      "upsert",
      "update",
      "create",
      "create",
    ]);
    for (let event = 1; event <= whole.events.length; event += 1) {
      runs.saved = null;
      const killed = await runs.attempt(everyType, { plan, crash: { event } });
      expect(killed.outcome).toBeUndefined();
      const last = killed.events.at(-1);
      // The run's own record has been changed meanwhile, by a step or by a user.
      const changed = { ...sampleRecord, metadata: { word: "second" } };
      const hasCheckpoint = runs.saved !== null;
      const resumed = await runs.attempt(everyType, {
        plan: { record: hasCheckpoint ? changed : sampleRecord },
      });
      expect(listResults(resumed)).toEqual(listResults(whole));
      expect(describeOutcome(resumed.outcome)).toEqual(describeOutcome(whole.outcome));
      const seen = [...killed.effects, ...resumed.effects];
      expectEachEffectOnce(whole.effects, seen);
      expect(seen.length, `killed after ${last?.type} of ${last?.step.id}`).toBe(whole.effects.length);
    }
    expect(runs.warnings).toEqual([]);
  });

  it("repeats only the step in flight, with the same key, if it was killed during an effect", async () => {
    const whole = await runs.attempt(everyType, { plan });
    for (let effect = 1; effect <= whole.effects.length; effect += 1) {
      runs.saved = null;
      const killed = await runs.attempt(everyType, { plan, crash: { effect } });
      // The next attempt is killed too, at once after its start.
      await runs.attempt(everyType, { plan, crash: { event: 1 } });
      const resumed = await runs.attempt(everyType, { plan });
      expect(listResults(resumed)).toEqual(listResults(whole));
      const seen = [...killed.effects, ...resumed.effects];
      expectEachEffectOnce(whole.effects, seen);
      const inFlight = names(killed.effects).at(-1);
      const repeated = names(seen).filter((name, index) => names(killed.effects).indexOf(name) < index);
      expect(new Set(repeated.filter((name) => names(killed.effects).includes(name)))).toEqual(
        new Set([inFlight]),
      );
    }
    const keys = new Set(whole.effects.flatMap(({ key }) => key ?? []));
    expect(keys.size).toBe(7);
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/);
  });

  it("emits only `step-end` for a finished step, with the original times, and runs the stored branch", async () => {
    const steps = [
      get("page"),
      createSampleStep("choice", "conditional", {
        condition: "page === 'ok'",
        trueSteps: [post("yes")],
        falseSteps: [post("no")],
      }),
      createSampleScriptStep("end", "return page"),
    ];
    const killed = await runs.attempt(steps, { crash: { effect: 1 } });
    runs.answer = "not ok";
    const resumed = await runs.attempt(steps);
    const times = ({ events }: Pick<typeof resumed, "events">) =>
      events.find(({ type, step }) => type === "step-end" && step.id === "page");
    expect(times(resumed)).toEqual(times(killed));
    expect(resumed.events.map(({ type, step }) => `${type} ${step.id}`)).toEqual([
      "step-end page",
      "step-end choice",
      "step-start yes",
      "step-end yes",
      "step-end no",
      "step-start end",
      "step-end end",
    ]);
    expect(resumed.outcome).toMatchObject({ finalOutput: RunValue.of("ok"), successfulSteps: 4 });
  });

  it("ends with the failure of the first attempt, and skips the steps after the failed one", async () => {
    const steps = [post("a"), createSampleThrowingScriptStep("b"), post("c")];
    const killed = await runs.attempt(steps, { crash: { event: 4 }, hasHeartbeats: true });
    expect(killed.effects).toHaveLength(1);
    const resumed = await runs.attempt(steps);
    expect(resumed.effects).toEqual([]);
    expect(resumed.outcome).toMatchObject({
      status: "failed",
      error: expect.stringMatching(/^“b”: .*no luck/),
    });
    expect(listResults(resumed).map(({ outcome }) => outcome.status)).toEqual([
      "completed",
      "failed",
      "skipped",
    ]);
  });

  it("runs a step again that was aborted by the end of the first attempt", async () => {
    const steps = [post("a"), createSampleStep("wait", "wait-until", { delayMs: 20 }), post("b")];
    await runs.attempt(steps, { crash: { event: 3 }, hasHeartbeats: true });
    expect(JSON.parse(runs.saved ?? "")).toMatchObject({ finished: [{ position: 0 }] });
    const resumed = await runs.attempt(steps);
    expect(resumed.outcome).toMatchObject({ status: "completed", successfulSteps: 3 });
    expect(names(resumed.effects)).toEqual(["b"]);
  });

  it("saves only before and after steps with an effect, and not after the last step", async () => {
    const pure = [createSampleSetVariableStep("x", "1"), createSampleScriptStep("y", "return x")];
    await runs.attempt([...pure, get("page")]);
    expect(runs.saves).toBe(0);
    await runs.attempt([
      ...pure,
      post("a"),
      post("b"),
      ...pure,
      post("c"),
      post("d", "", { enabled: false }),
    ]);
    // Before a, after a, after b, before c.
    expect(runs.saves).toBe(4);
  });

  it("retries a failed save for a moment, then rejects instead of beginning a step with an effect", async () => {
    const steps = [createSampleSetVariableStep("x", "1"), post("a"), post("b")];
    runs.failingSaves = 2;
    expect((await runs.attempt(steps)).outcome?.status).toBe("completed");
    runs.saved = null;
    runs.failingSaves = 3;
    await expect(runs.attempt(steps)).rejects.toThrow("The store is away.");
    expect(runs.saved).toBeNull();
  });
});

describe("a checkpoint", () => {
  const steps = [createSampleSetVariableStep("x", "1"), post("a"), post("b")];

  it.each<[string, string | null, string]>([
    ["of broken JSON", '{"version":1,"steps":', "not a checkpoint"],
    ["that is empty", "", "not a checkpoint"],
    ["of another version", '{"version":2,"steps":"x","startedAt":1,"finished":[]}', "not a checkpoint"],
    ["that is a list", "[]", "not a checkpoint"],
    ["of other steps", '{"version":1,"steps":"x","startedAt":1,"finished":[]}', "other steps"],
    [
      "with an outcome without times",
      '{"version":1,"steps":"x","startedAt":1,"finished":[{"position":0,"outcome":{"status":"completed"}}]}',
      "not a checkpoint",
    ],
    [
      "with a negative position",
      '{"version":1,"steps":"x","startedAt":1,"finished":[{"position":-1,"outcome":{"status":"completed","startedAt":1,"completedAt":1}}]}',
      "not a checkpoint",
    ],
  ])("%s is ignored with a warning, and replaced", async (_, saved, warning) => {
    runs.saved = saved;
    const ran = await runs.attempt(steps);
    expect(ran.outcome?.status).toBe("completed");
    expect(names(ran.effects)).toEqual(["a", "b"]);
    expect(runs.warnings).toEqual([expect.stringContaining(warning)]);
    expect(JSON.parse(runs.saved ?? "")).toMatchObject({ finished: [{ position: 0 }, { position: 1 }] });
  });

  it("stores `__proto__`, NUL characters and unpaired surrogates unchanged", async () => {
    const value = '{"__proto__": {"x": 1}, "nul": "\\u0000", "half": "\\ud800"}';
    const strange = [
      createSampleScriptStep("odd", `return JSON.parse(${JSON.stringify(value)})`),
      post("a"),
      createSampleScriptStep("end", "return JSON.stringify(odd)"),
    ];
    const whole = await runs.attempt(strange);
    runs.saved = null;
    await runs.attempt(strange, { crash: { effect: 1 } });
    const resumed = await runs.attempt(strange);
    expect(resumed.outcome?.finalOutput?.value).toBe(JSON.stringify(JSON.parse(value)));
    expect(JSON.stringify(listResults(resumed))).toBe(JSON.stringify(listResults(whole)));
    expect(({} as { readonly x?: number }).x).toBeUndefined();
  });

  it("omits a step whose result is too long, but contains the steps before and after it", async () => {
    const long = [
      createSampleScriptStep("long", `return "x".repeat(${CHECKPOINT_LIMITS.step})`),
      post("a"),
      createSampleSetVariableStep("short", "{{long}}"),
      post("b"),
      post("c"),
    ];
    await runs.attempt(long, { crash: { effect: 3 } });
    const stored = JSON.parse(runs.saved ?? "") as { readonly finished: readonly JsonObject[] };
    expect(stored.finished.map(({ position }) => position)).toEqual([1, 3]);
    expect((runs.saved ?? "").length).toBeLessThan(10_000);
    const resumed = await runs.attempt(long);
    expect(names(resumed.effects)).toEqual(["c"]);
    expect(resumed.outcome).toMatchObject({ status: "completed", successfulSteps: 5 });
  });

  it("contains no steps beyond its size limit, so these steps run again", async () => {
    const size = CHECKPOINT_LIMITS.step - 2000;
    const many = Array.from({ length: 8 }, (_, index) => [
      createSampleScriptStep(`s${index}`, `return "x".repeat(${size})`),
      post(`p${index}`),
    ]).flat();
    await runs.attempt(many, { crash: { effect: 8 } });
    expect((runs.saved ?? "").length).toBeLessThan(CHECKPOINT_LIMITS.total);
    expect(names((await runs.attempt(many)).effects)).toEqual(["p4", "p5", "p6", "p7"]);
  });

  it("omits a record that is too long, which the run then reads again", async () => {
    const record = { ...sampleRecord, metadata: { long: "x".repeat(CHECKPOINT_LIMITS.record) } };
    await runs.attempt(steps, { plan: { record }, crash: { effect: 2 } });
    expect((runs.saved ?? "").length).toBeLessThan(10_000);
    expect(names((await runs.attempt(steps, { plan: { record } })).effects)).toEqual(["b"]);
  });

  it("never contains a secret: a step whose result contains a secret runs again", async () => {
    const auth = { type: "basic", username: "u", password: "{{secret:KEY}}" };
    const secretive = [
      post("plain", "", {}),
      createSampleStep("echo", "api-call", {
        http: { url: "https://example.com/echo", method: "POST", body: "<{{secret:KEY}}>" },
        outputVariable: "echo",
      }),
      createSampleStep("signed", "api-call", {
        http: { url: "https://example.com/signed", method: "POST" },
        auth,
      }),
      createSampleScriptStep("bad", "throw 1", {
        errorHandling: "continue",
        defaultValue: "{{secret:KEY}}",
      }),
      createSampleSetVariableStep("reads", "{{echo.body}}{{bad}}"),
      post("after", "{{reads}}"),
      // The encoded credentials of a step that is not run again are redacted too.
      createSampleScriptStep("encoded", `return "${Buffer.from("u:hunter-2-hunter").toString("base64")}"`),
      post("end"),
    ];
    const whole = await runs.attempt(secretive);
    runs.saved = null;
    const killed = await runs.attempt(secretive, { crash: { effect: 5 } });
    expect(names(killed.effects)).toEqual(["plain", "echo", "signed", "after", "end"]);
    expect(runs.saved).not.toContain("hunter");
    const stored = JSON.parse(runs.saved ?? "") as { readonly finished: readonly JsonObject[] };
    expect(stored.finished.map(({ position }) => position)).toEqual([0, 2]);
    const resumed = await runs.attempt(secretive);
    expect(names(resumed.effects)).toEqual(["echo", "after", "end"]);
    expect(listResults(resumed)).toEqual(listResults(whole));
    expect(JSON.stringify(listResults(resumed))).not.toMatch(/hunter|dTpodW/);
  });

  it("is saved with the heartbeat of its worker, and a newer save waits for that write", async () => {
    const order: string[] = [];
    const options = { steps, record: undefined, now: 0, taken: [], saved: null, warn: () => undefined };
    const save = async (json: string) => void order.push(`save ${JSON.parse(json).finished.length}`);
    const checkpoint = new RunCheckpoint({ ...options, save });
    const outcome = { status: "completed", startedAt: 1, completedAt: 2 } as const;
    checkpoint.add({ position: 0, outcome });
    const beats = new EventEmitter();
    const beat = saveUnsavedCheckpoints([{ checkpoint }], async ([unsaved]) => {
      await once(beats, "go");
      order.push(`heartbeat ${JSON.parse(unsaved?.json ?? "").finished.length}`);
    });
    checkpoint.add({ position: 1, outcome });
    const flushed = checkpoint.flush();
    beats.emit("go");
    await Promise.all([beat, flushed]);
    expect(order).toEqual(["heartbeat 1", "save 2"]);
    expect(checkpoint.takeUnsaved()).toBeUndefined();
    checkpoint.add({ position: 2, outcome });
    const failed = saveUnsavedCheckpoints([{ checkpoint }], () => Promise.reject(new Error("away")));
    await expect(failed).rejects.toThrow("away");
    await checkpoint.flush();
    expect(order.at(-1)).toBe("save 3");
  });
});
