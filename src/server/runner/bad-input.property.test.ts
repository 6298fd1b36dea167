import * as fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { createSampleStep } from "#server/testing/sample-steps.ts";

const { run, runner, faults } = createFlowRunHarness({ limits: { stepMs: 2000, runMs: 4000 } });
afterAll(() => runner.close());

const value: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(
    "",
    " ",
    "{{",
    "}}",
    "{{}}",
    "{{x}}",
    "{{x.y[0]}}",
    "{{list}}",
    "{{ x | upcase }}",
    "{{x[y]}}",
    "{{{x}}}",
    "{{secret:NONE}}",
    "{{secrets.none}}",
    "{{__proto__}}",
    "{{constructor.name}}",
    "{% if x %}",
    "{{'x'}}",
    "list",
    "return x",
    "throw x",
    "x ===",
    "http://localhost/",
    "//",
    "\u0000",
    "\uD800",
    "null",
    "NaN",
    "-1",
    "1e999",
    null,
    true,
    0,
    -1,
    1e308,
  ),
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
);

function configOf(type: string): fc.Arbitrary<JsonObject> {
  const fields = findStepDescription(type)?.fields ?? [];
  const keys = [...new Set(fields.map(({ path }) => String(path[0])))];
  const described = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  const http = fc.record({ url: value, method: value, headers: value, body: value }, { requiredKeys: [] });
  return fc
    .tuple(described, fc.option(http, { nil: undefined }), fc.option(value, { nil: undefined }))
    .map(([config, http, errorHandling]) => ({
      ...config,
      ...(http && fields.some(({ path }) => path[0] === "http") && { http }),
      ...(errorHandling !== undefined && { errorHandling }),
      // Avoids waiting: a condition that is never true would delay the test by the default timeout of one minute.
      ...(type === "wait-until" && { delayMs: 0, timeoutMs: 0 }),
    }));
}

it.each(STEP_TYPES.map(({ type }) => type))(
  "a step of type %s with any config completes, or fails with a readable error",
  async (type) => {
    await fc.assert(
      fc.asyncProperty(configOf(type), fc.option(value, { nil: undefined }), async (config, when) => {
        const ran = await run([createSampleStep("a", type, config, when === undefined ? {} : { when })], {
          inputs: { x: { y: ["z"] }, list: [1, null, "a"] },
        });
        const outcome = ran.of("a");
        expect(ran.line).toHaveLength(1);
        if (outcome.status === "failed") {
          expect(outcome.error).not.toMatch(/fault in this server|\[object|undefined|Cannot read/);
          expect(outcome.error?.length).toBeGreaterThan(10);
        }
      }),
      { numRuns: 60 },
    );
    expect(faults).toEqual([]);
  },
);
