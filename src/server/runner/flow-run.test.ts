import { afterAll, describe, expect, it } from "vitest";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import {
  createSampleThrowingScriptStep,
  createSampleScriptStep,
  createSampleSetVariableStep,
  createSampleStep,
} from "#server/testing/sample-steps.ts";

const { run, runner } = createFlowRunHarness();
const short = createFlowRunHarness({ limits: { stepMs: 300, runMs: 700 } });
afterAll(async () => {
  await runner.close();
  await short.runner.close();
});

describe("a run", () => {
  it("reports nested steps without an id under the same generated ids in every run", async () => {
    const { id: _, ...nameless } = createSampleSetVariableStep("inside", "y");
    const steps = [
      createSampleStep("route", "conditional", { condition: "true", trueSteps: [nameless, nameless] }),
    ];
    const [first, second] = [await run(steps), await run(steps)];
    const ids = first.line.map((text) => text.split(" ")[0] ?? "");
    expect(second.line).toEqual(first.line);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids.slice(1)) expect(id).toMatch(/^step_[0-9a-hjkmnp-tv-z]{26}$/);
    const upTo = await run(steps, { upToStep: ids[1] });
    expect(upTo.line).toEqual([`route completed`, `${ids[1]} completed`, `${ids[2]} beyond`]);
  });

  it("runs steps in order and passes variables on", async () => {
    const ran = await run(
      [
        createSampleSetVariableStep("greeting", "Hello {{who.name}}"),
        createSampleScriptStep("long", "return { text: greeting, length: input.greeting.length }"),
        createSampleSetVariableStep("end", "{{long.length}}"),
      ],
      { inputs: { who: { name: "Ada" } } },
    );
    expect(ran.line).toEqual(["greeting completed", "long completed", "end completed"]);
    expect(ran.of("long").output).toEqual({ text: "Hello Ada", length: 9 });
    expect(ran.outcome).toMatchObject({
      status: "completed",
      finalOutput: 9,
      successfulSteps: 3,
      failedSteps: 0,
      contextSteps: 3,
      promptsExecuted: 0,
    });
    expect(ran.of("greeting").inputVariables).toEqual({ who: { name: "Ada" } });
    expect(ran.events.map(({ type, step }) => `${type} ${step.position} ${step.depth}`).slice(0, 2)).toEqual([
      "step-start 0 0",
      "step-end 0 0",
    ]);
  });

  it("skips disabled steps and steps whose `when` is false", async () => {
    const ran = await run(
      [
        createSampleSetVariableStep("a", "1", { enabled: false }),
        createSampleSetVariableStep("b", "2", { when: '{{kind}} == "big"' }),
        createSampleSetVariableStep("c", "3", { when: "{{kind}} == 'small' && kind === \"small\"" }),
        createSampleSetVariableStep("d", "4", { when: "late && late.done" }),
        createSampleSetVariableStep("late", "x"),
      ],
      { inputs: { kind: "small" } },
    );
    expect(ran.line).toEqual(["a off", "b when", "c completed", "d when", "late completed"]);
    expect(ran.of("b").when).toBe('{{kind}} == "big"');
  });

  it("runs one branch of a conditional, and reports every step once", async () => {
    const branch = (id: string, condition: string) =>
      createSampleStep(id, "conditional", {
        condition,
        trueSteps: [createSampleSetVariableStep(`${id}-yes`, "y")],
        falseSteps: [
          createSampleSetVariableStep(`${id}-no`, "n"),
          createSampleSetVariableStep(`${id}-no2`, "n"),
        ],
      });
    const ran = await run(
      [
        branch("one", "count > 2"),
        branch("two", "{{count}} > 5"),
        createSampleSetVariableStep("end", "{{one-yes}}{{two-no}}"),
      ],
      { inputs: { count: 3 } },
    );
    expect(ran.line).toEqual([
      "one completed",
      "one-yes completed",
      "one-no branch",
      "one-no2 branch",
      "two completed",
      "two-yes branch",
      "two-no completed",
      "two-no2 completed",
      "end completed",
    ]);
    expect(ran.of("one").output).toBe(true);
    expect(ran.outcome.finalOutput).toBe("yn");
    expect(ran.events.find(({ step }) => step.id === "two-no")?.step).toMatchObject({
      depth: 1,
      position: 6,
    });
  });

  it("stops at a failed step", async () => {
    const ran = await run([
      createSampleSetVariableStep("a", "1"),
      createSampleThrowingScriptStep("b"),
      createSampleStep("c", "conditional", {
        condition: "true",
        trueSteps: [createSampleSetVariableStep("d", "1")],
      }),
    ]);
    expect(ran.line).toEqual(["a completed", "b failed", "c failed", "d failed"]);
    expect(ran.of("c")).toMatchObject({ status: "skipped", skipReason: "failed" });
    expect(ran.outcome).toMatchObject({
      status: "failed",
      failedSteps: 1,
      error: "“b”: The script failed at line 1: Error: no luck",
    });
  });

  it("continues after a tolerated failure, with the default value if there is one", async () => {
    for (const handling of ["continue", { onError: "continue" }]) {
      const ran = await run([
        createSampleThrowingScriptStep("b", handling),
        createSampleScriptStep("c", "return typeof b"),
      ]);
      expect(ran.of("b")).toMatchObject({ status: "failed", isTolerated: true });
      expect(ran.outcome).toMatchObject({ status: "completed", finalOutput: "undefined", failedSteps: 1 });
    }
    const ran = await run(
      [
        createSampleScriptStep("b", "throw 1", { errorHandling: "continue", defaultValue: { a: "{{x}}" } }),
        createSampleSetVariableStep("c", "{{b.a}}"),
      ],
      { inputs: { x: 7 } },
    );
    expect(ran.outcome.finalOutput).toBe(7);
  });

  it("fails a step whose `when` is invalid, like any other failure", async () => {
    const stops = await run([
      createSampleSetVariableStep("a", "1", { when: "nmae === 1" }),
      createSampleSetVariableStep("b", "1"),
    ]);
    expect(stops.line).toEqual(["a failed", "b failed"]);
    expect(stops.of("a").error).toMatch(
      /Couldn’t evaluate the condition of this step\..*'nmae' is not defined/,
    );
    const tolerant = createSampleStep(
      "a",
      "transform-data",
      { script: "1", errorHandling: "continue" },
      { when: "(" },
    );
    expect((await run([tolerant, createSampleSetVariableStep("b", "1")])).line).toEqual([
      "a failed",
      "b completed",
    ]);
  });

  it("retries a failed step, and falls back to a message", async () => {
    const ran = await run(
      [
        createSampleThrowingScriptStep("b", {
          onError: "fallback",
          fallbacks: [
            { type: "retry", delay: 1 },
            { type: "message", message: "Sorry, {{who}}" },
          ],
        }),
        createSampleSetVariableStep("c", "{{b}}!"),
      ],
      { inputs: { who: "Ada" } },
    );
    expect(ran.outcome).toMatchObject({ status: "completed", finalOutput: "Sorry, Ada!" });
    expect(ran.of("b")).toMatchObject({
      status: "completed",
      retryCount: 1,
      fallback: {
        used: true,
        exhausted: false,
        attempts: [
          { attempt: 1, type: "retry", success: false },
          { attempt: 2, type: "message", success: true },
        ],
      },
    });
    const empty = {
      onError: "fallback",
      triggers: [{ type: "empty-output" }],
      fallbacks: [{ type: "message", message: "nothing" }],
    };
    expect(
      (await run([createSampleScriptStep("a", "return ''", { errorHandling: empty })])).outcome.finalOutput,
    ).toBe("nothing");
    expect(
      (await run([createSampleScriptStep("a", "throw 1", { errorHandling: empty })])).outcome.status,
    ).toBe("failed");
    const retried = await run([createSampleThrowingScriptStep("a", "retry")]);
    expect(retried.of("a")).toMatchObject({ status: "failed", retryCount: 1, fallback: { exhausted: true } });
  });

  it("ends after the requested last step, also inside a branch", async () => {
    const steps = [
      createSampleSetVariableStep("a", "1"),
      createSampleStep("c", "conditional", {
        condition: "true",
        trueSteps: [createSampleSetVariableStep("d", "2"), createSampleSetVariableStep("e", "3")],
      }),
      createSampleSetVariableStep("f", "4"),
    ];
    expect((await run(steps, { upToStep: "d" })).line).toEqual([
      "a completed",
      "c completed",
      "d completed",
      "e beyond",
      "f beyond",
    ]);
    const ran = await run(steps, { upToStep: "a" });
    expect(ran.line).toEqual(["a completed", "c beyond", "d beyond", "e beyond", "f beyond"]);
    expect(ran.outcome).toMatchObject({ status: "completed", finalOutput: "1" });
  });

  it("fails at a step type that this server does not run", async () => {
    const ran = await run([
      createSampleStep("a", "vector-search", { query: "x" }),
      createSampleSetVariableStep("b", "1"),
    ]);
    expect(ran.of("a").error).toBe(
      "This server can’t run “vector-search” steps. Connect it to the platform to run them.",
    );
    expect(ran.line).toEqual(["a failed", "b failed"]);
  });

  it("generates ids for steps without one, and resolves references by step name", async () => {
    const ran = await run([
      { type: "transform-data", name: "First part", config: { script: "return { a: [1, { b: 2 }] }" } },
      {
        type: "set-variable",
        name: "x",
        config: { variableName: "x", value: "{{First part.a.1.b}} {{First part.a[0]}}" },
      },
    ]);
    expect(ran.outcome.finalOutput).toBe("2 1");
    expect(new Set(ran.events.map(({ step }) => step.id)).size).toBe(2);
  });
});

it("reports no negative duration when the system clock is set back during the run", async () => {
  let wall = Date.parse("2026-01-01T12:00:00.000Z");
  const setBack = createFlowRunHarness({ now: () => (wall -= 60_000) });
  const { outcome, events } = await setBack.run([
    createSampleSetVariableStep("a", "one"),
    createSampleSetVariableStep("b", "two", { when: "false" }),
    createSampleThrowingScriptStep("c"),
  ]);
  const ends = events.flatMap((event) => (event.type === "step-end" ? [event.outcome] : []));
  const times = ends.flatMap(({ startedAt, completedAt }) => [startedAt, completedAt]);
  expect(ends.map(({ status }) => status)).toEqual(["completed", "skipped", "failed"]);
  expect([outcome.startedAt, ...times, outcome.completedAt]).toEqual(
    [outcome.startedAt, ...times, outcome.completedAt].toSorted((a, b) => a - b),
  );
  await setBack.runner.close();
});

describe("a run that ends early", () => {
  it.each([
    ["a script", createSampleScriptStep("a", "for (;;) {}")],
    ["a wait", createSampleStep("a", "wait-until", { delayMs: 60_000 })],
  ])("stops %s at once when it is cancelled", async (_, slow) => {
    const controller = new AbortController();
    const ran = await run(
      [slow, createSampleSetVariableStep("b", "1")],
      {},
      {
        signal: controller.signal,
        onEvent: (event) => void (event.type === "step-start" && setTimeout(() => controller.abort(), 30)),
      },
    );
    expect(ran.line).toEqual(["a failed", "b cancelled"]);
    expect(ran.of("a").error).toBe("The run was cancelled while this step ran.");
    expect(ran.outcome.status).toBe("cancelled");
  });

  it("runs no step if it is cancelled before the start", async () => {
    const ran = await run([createSampleSetVariableStep("a", "1")], {}, { signal: AbortSignal.abort() });
    expect(ran.line).toEqual(["a cancelled"]);
    expect(ran.outcome.status).toBe("cancelled");
  });

  it("is cancelled if the event listener throws", async () => {
    const ran = await run(
      [createSampleSetVariableStep("a", "1"), createSampleSetVariableStep("b", "1")],
      {},
      {
        onEvent: () => {
          throw new Error("gone");
        },
      },
    );
    expect(ran.events).toHaveLength(1);
    expect(ran.outcome.status).toBe("cancelled");
  });

  it("fails when a step or the run exceeds its time limit", async () => {
    const slow = await short.run([createSampleScriptStep("a", "for (;;) {}")]);
    expect(slow.of("a").error).toBe("The step exceeded the time limit of 0.3 s (FLOWLINE_STEP_TIME_LIMIT).");
    const waits = await short.run([
      createSampleStep("a", "wait-until", { delayMs: 60_000, errorHandling: "continue" }),
      createSampleSetVariableStep("b", "1"),
    ]);
    expect(waits.line).toEqual(["a failed", "b failed"]);
    expect(waits.outcome).toMatchObject({ status: "failed" });
    expect(waits.outcome.error).toContain("RUN_TIME_LIMIT");
  });
});
