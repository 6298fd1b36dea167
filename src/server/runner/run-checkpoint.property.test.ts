import * as fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import {
  type Attempt,
  type CrashPoint,
  InterruptibleRuns,
  describeOutcome,
  listResults,
} from "#server/testing/interrupted-run.ts";
import { TEST_CASE_COUNT_MULTIPLIER } from "#core/testing/arbitrary-flow.ts";

const runs = new InterruptibleRuns();
afterAll(() => runs.close());

type NewStep = (id: string) => JsonObject;

const errorHandling = fc.constantFrom<JsonObject>(
  {},
  {},
  { errorHandling: "continue" },
  { errorHandling: "continue", defaultValue: "instead" },
  { errorHandling: { onError: "fallback", fallbacks: [{ type: "retry" }] } },
);

const config: fc.Arbitrary<(id: string) => JsonObject> = fc.constantFrom<((id: string) => JsonObject)[]>(
  (id) => ({ type: "set-variable", config: { variableName: "x", valueTemplate: `${id} {{x}}` } }),
  () => ({ type: "transform-data", config: { script: "return [x, y]", outputVariable: "y" } }),
  () => ({ type: "transform-data", config: { script: "throw 1", outputVariable: "y" } }),
  () => ({ type: "fetch-url", config: { http: { url: "https://example.com/" }, outputVariable: "x" } }),
  (id) => ({
    type: "api-call",
    config: {
      http: { url: `https://example.com/${id}`, method: "PUT", body: '{"x":"{{x}}"}' },
      outputVariable: "y",
    },
  }),
  (id) => ({ type: "prompt", config: { model: "m", userPrompt: `${id} {{x}}`, outputVariable: "x" } }),
  (id) => ({
    type: "send-email",
    config: { from: "a@example.com", to: "b@example.com", subject: id, text: "{{y}}." },
  }),
  (id) => ({ type: "send-event", config: { eventType: id, payload: { x: "{{x}}" } } }),
  (id) => ({ type: "update-record", config: { recordId: id, updates: { x: "{{x}}" } } }),
);

const leaf: fc.Arbitrary<NewStep> = fc
  .tuple(
    config,
    errorHandling,
    fc.constantFrom<JsonObject>({}, {}, {}, { enabled: false }, { when: "x" }, { when: "!y" }),
  )
  .map(([make, handling, fields]) => (id) => {
    const { type, config } = make(id) as { readonly type: string; readonly config: JsonObject };
    return { id, name: id, type, config: { ...config, ...handling }, ...fields };
  });

function listAt(level: number): fc.Arbitrary<NewStep[]> {
  const step =
    level < 2
      ? fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: conditionalAt(level) })
      : leaf;
  return fc.array(step, { minLength: level === 0 ? 2 : 0, maxLength: level === 0 ? 8 : 3 });
}

function conditionalAt(level: number): fc.Arbitrary<NewStep> {
  return fc
    .tuple(fc.constantFrom("true", "x", "!y", "none()"), listAt(level + 1), listAt(level + 1), errorHandling)
    .map(([condition, yes, no, handling]) => (id) => ({
      id,
      name: id,
      type: "conditional",
      config: {
        condition,
        trueSteps: yes.map((make, index) => make(`${id}t${index}`)),
        falseSteps: no.map((make, index) => make(`${id}f${index}`)),
        ...handling,
      },
    }));
}

const flow = listAt(0).map((steps) => steps.map((make, index) => make(`s${index}`)));
const crashes = fc.array(
  fc.oneof(
    fc.record({ effect: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ event: fc.integer({ min: 1, max: 25 }) }),
  ),
  { minLength: 1, maxLength: 4 },
);

/** Returns the step that a killed worker may not have finished: the last with an effect, if no step began after it. */
function findStepInFlight({ effects, events }: Attempt): string | undefined {
  const last = effects.at(-1)?.step;
  const begun = events.findLast(({ type }) => type === "step-start")?.step.id;
  return last === begun ? last : undefined;
}

it("a run that is killed at random points ends like an uninterrupted run, and repeats only the effect in flight", async () => {
  let resumed = 0;
  await fc.assert(
    fc.asyncProperty(flow, crashes, fc.boolean(), async (steps, points, hasHeartbeats) => {
      runs.saved = null;
      const whole = await runs.attempt(steps);
      runs.saved = null;
      const seen: Attempt["effects"][number][] = [];
      let inFlight: string | undefined;
      const attempt = async (crash: CrashPoint | undefined) => {
        const done = await runs.attempt(steps, { crash, hasHeartbeats });
        const repeated = done.effects.filter(({ step }) => seen.some((effect) => effect.step === step));
        for (const { step } of repeated) expect(step).toBe(inFlight);
        if (seen.length > 0) resumed += 1;
        if (done.effects.length > 0 || done.outcome === undefined)
          inFlight = done.effects.length > 0 ? findStepInFlight(done) : inFlight;
        seen.push(...done.effects);
        return done;
      };
      for (const point of points) if ((await attempt(point)).outcome) return;
      const last = await attempt(undefined);
      expect(listResults(last)).toEqual(listResults(whole));
      expect(describeOutcome(last.outcome)).toEqual(describeOutcome(whole.outcome));
      // A repeat has the same key and content as the first time, so it does not count as another effect.
      const distinct = (effects: Attempt["effects"]) =>
        [...new Set(effects.map((effect) => JSON.stringify(effect)))].toSorted();
      expect(distinct(seen)).toEqual(distinct(whole.effects));
    }),
    { numRuns: Math.ceil(1200 * TEST_CASE_COUNT_MULTIPLIER) },
  );
  expect(runs.warnings).toEqual([]);
  expect(resumed).toBeGreaterThan(10);
});
