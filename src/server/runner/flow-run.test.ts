import { afterAll, describe, expect, it } from "vitest";
import { createRunHarness } from "#server/testing/run-harness.ts";
import { fail, script, set, step } from "#server/testing/sample-steps.ts";

const { run, runner } = createRunHarness();
const short = createRunHarness({ limits: { stepMs: 300, runMs: 700 } });
afterAll(async () => {
  await runner.close();
  await short.runner.close();
});

describe("the sequence", () => {
  it("goes from step to step, and carries variables", async () => {
    const ran = await run(
      [
        set("greeting", "Hello {{who.name}}"),
        script("long", "return { text: greeting, length: input.greeting.length }"),
        set("end", "{{long.length}}"),
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

  it("passes over what is off or has a `when` that is false", async () => {
    const ran = await run(
      [
        set("a", "1", { enabled: false }),
        set("b", "2", { when: '{{kind}} == "big"' }),
        set("c", "3", { when: "{{kind}} == 'small' && kind === \"small\"" }),
        set("d", "4", { when: "late && late.done" }),
        set("late", "x"),
      ],
      { inputs: { kind: "small" } },
    );
    expect(ran.line).toEqual(["a off", "b when", "c completed", "d when", "late completed"]);
    expect(ran.of("b").when).toBe('{{kind}} == "big"');
  });

  it("takes one branch, and tells of every step once", async () => {
    const branch = (id: string, condition: string) =>
      step(id, "conditional", {
        condition,
        trueSteps: [set(`${id}-yes`, "y")],
        falseSteps: [set(`${id}-no`, "n"), set(`${id}-no2`, "n")],
      });
    const ran = await run(
      [branch("one", "count > 2"), branch("two", "{{count}} > 5"), set("end", "{{one-yes}}{{two-no}}")],
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
      set("a", "1"),
      fail("b"),
      step("c", "conditional", { condition: "true", trueSteps: [set("d", "1")] }),
    ]);
    expect(ran.line).toEqual(["a completed", "b failed", "c failed", "d failed"]);
    expect(ran.of("c")).toMatchObject({ status: "skipped", skipReason: "failed" });
    expect(ran.outcome).toMatchObject({
      status: "failed",
      failedSteps: 1,
      error: "b: The script failed at line 1: Error: no luck",
    });
  });

  it("goes on where the step says so, with a default value if it has one", async () => {
    for (const handling of ["continue", { onError: "continue" }]) {
      const ran = await run([fail("b", handling), script("c", "return typeof b")]);
      expect(ran.of("b")).toMatchObject({ status: "failed", isTolerated: true });
      expect(ran.outcome).toMatchObject({ status: "completed", finalOutput: "undefined", failedSteps: 1 });
    }
    const ran = await run(
      [
        script("b", "throw 1", { errorHandling: "continue", defaultValue: { a: "{{x}}" } }),
        set("c", "{{b.a}}"),
      ],
      { inputs: { x: 7 } },
    );
    expect(ran.outcome.finalOutput).toBe(7);
  });

  it("fails a step whose `when` cannot be read, like any other failure", async () => {
    const stops = await run([set("a", "1", { when: "nmae === 1" }), set("b", "1")]);
    expect(stops.line).toEqual(["a failed", "b failed"]);
    expect(stops.of("a").error).toMatch(
      /Whether this step runs could not be decided\..*'nmae' is not defined/,
    );
    const tolerant = step("a", "transform-data", { script: "1", errorHandling: "continue" }, { when: "(" });
    expect((await run([tolerant, set("b", "1")])).line).toEqual(["a failed", "b completed"]);
  });

  it("tries again, and falls back to a message", async () => {
    const ran = await run(
      [
        fail("b", {
          onError: "fallback",
          fallbacks: [
            { type: "retry", delay: 1 },
            { type: "message", message: "Sorry, {{who}}" },
          ],
        }),
        set("c", "{{b}}!"),
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
    expect((await run([script("a", "return ''", { errorHandling: empty })])).outcome.finalOutput).toBe(
      "nothing",
    );
    expect((await run([script("a", "throw 1", { errorHandling: empty })])).outcome.status).toBe("failed");
    const retried = await run([fail("a", "retry")]);
    expect(retried.of("a")).toMatchObject({ status: "failed", retryCount: 1, fallback: { exhausted: true } });
  });

  it("ends with the step it was to go up to, inside a branch too", async () => {
    const steps = [
      set("a", "1"),
      step("c", "conditional", { condition: "true", trueSteps: [set("d", "2"), set("e", "3")] }),
      set("f", "4"),
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

  it("refuses a type that does not run here, and goes no further", async () => {
    const ran = await run([step("a", "vector-search", { query: "x" }), set("b", "1")]);
    expect(ran.of("a").error).toBe(
      "vector-search does not run on this server; connect it to the platform to run it",
    );
    expect(ran.line).toEqual(["a failed", "b failed"]);
  });

  it("gives names to steps without an id, and reads a step by its name", async () => {
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

describe("an end from outside", () => {
  it.each([
    ["a script", script("a", "for (;;) {}")],
    ["a wait", step("a", "wait-until", { delayMs: 60_000 })],
  ])("cancels %s at once", async (_, slow) => {
    const controller = new AbortController();
    const ran = await run(
      [slow, set("b", "1")],
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

  it("before the first step runs none", async () => {
    const ran = await run([set("a", "1")], {}, { signal: AbortSignal.abort() });
    expect(ran.line).toEqual(["a cancelled"]);
    expect(ran.outcome.status).toBe("cancelled");
  });

  it("stops where the listener throws", async () => {
    const ran = await run(
      [set("a", "1"), set("b", "1")],
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

  it("comes from the limits of a step and of a run", async () => {
    const slow = await short.run([script("a", "for (;;) {}")]);
    expect(slow.of("a").error).toBe("The step took longer than the 0.3 s that STEP_TIME_LIMIT allows.");
    const waits = await short.run([
      step("a", "wait-until", { delayMs: 60_000, errorHandling: "continue" }),
      set("b", "1"),
    ]);
    expect(waits.line).toEqual(["a failed", "b failed"]);
    expect(waits.outcome).toMatchObject({ status: "failed" });
    expect(waits.outcome.error).toContain("RUN_TIME_LIMIT");
  });
});
