import { afterEach, beforeEach, expect, it } from "vitest";
import type { EndpointDefinition } from "#contract/endpoint.ts";
import { endpoints } from "#contract/endpoints.ts";
import { errorBodySchema } from "#contract/error-body.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import { type TestApp, type TestRequestOptions, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { WRITES } from "#server/testing/writing-requests.ts";

const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 600);
const SEED = process.env["FUZZ_REQUESTS"] === undefined ? 20_261_124 : Date.now();

const VALUES: readonly unknown[] = [
  null,
  0,
  -1,
  1.5,
  true,
  "",
  [],
  {},
  [null],
  { toString: 1 },
  "x".repeat(600),
  "a b",
  "\0",
  "💥",
];
const TEXTS = [
  "x",
  "",
  "1e3",
  "0x10",
  "\0",
  "[]",
  "🎉",
  "NULL",
  "-1",
  "2026-02-30",
  "1e999",
  "{}",
  "'--",
  "__proto__",
];
/** Code and templates in which no parser may fail. */
const CODE = [
  "{{ a | upcase",
  "{% if\u00a0a %}",
  "`${ /* '",
  "variables['__proto__']",
  "\\u{110000}",
  "(".repeat(9000),
];
const IDS = ["none_1", "%00", "..%2f..", "%ff", "'--", "x".repeat(2000), "null"];

/** Flows in requests that otherwise name a stored flow. */
const STEPS = [
  createSetVariableStep("a", "{{b}}"),
  buildStep("b", { type: "template", when: "a", config: { template: "{{ a }}", inputs: { a: "{{a}}" } } }),
  buildConditional("c", [buildStep("d", { type: "transform-data", config: { script: "return a" } })]),
];
const INLINE = {
  dispatch: { flow: { name: "Inline", steps: STEPS } },
  startBatch: { flowId: undefined, flowDefinition: { name: "Inline", steps: STEPS } },
  updateFlow: { flowSteps: STEPS },
  validateFlow: { flowSteps: STEPS },
};

/** Replaces, at a random depth, one member of a JSON value. */
function spoil(dice: SeededRandom, value: unknown): unknown {
  if (typeof value === "string" && dice.roll(2) === 0) return dice.pick(CODE);
  if (typeof value !== "object" || value === null || dice.roll(4) === 0) return dice.pick<unknown>(VALUES);
  const keys = Object.keys(value);
  if (keys.length === 0) return dice.pick<unknown>(VALUES);
  const key = dice.pick(keys);
  const changed = { ...value, [key]: spoil(dice, (value as Record<string, unknown>)[key]) };
  return Array.isArray(value) ? Object.values(changed) : changed;
}

/** Writes JSON that is cut off, deep, or has numbers and characters that cannot be stored. */
function spoilText(dice: SeededRandom, body: unknown): string {
  const whole = JSON.stringify({ ...(body as object), odd: "two" });
  return dice.pick([
    whole.slice(0, 1 + dice.roll(whole.length - 1)),
    whole.replace('"two"', dice.pick(["NaN", "1e999", "012", "0.1234567890123456789", "undefined", "'x'"])),
    whole.replace("two", dice.pick([String.raw`\u0000`, String.raw`\udc00`, "\u0001", String.raw`\x`])),
    "[".repeat(1 + dice.roll(5000)),
    dice.pick(["null", "1", '"text"', "[]", "", " ", "\u{FEFF}", "<html>", "name=x"]),
  ]);
}

function spoilQuery(dice: SeededRandom): string {
  const place = Object.fromEntries(
    ["value", "id", "at", "position", "offset", "sort"].map((name) => [name, dice.pick<unknown>(VALUES)]),
  );
  const where = { op: "or", conditions: [{ field: "a.b", op: "eq", value: 1 }] };
  return dice.pick([
    dice.pick(TEXTS),
    Buffer.from(JSON.stringify(place)).toString("base64url"),
    JSON.stringify(spoil(dice, where)),
  ]);
}

function spoilForm(dice: SeededRandom): FormData {
  const form = new FormData();
  const bytes = new Uint8Array(Array.from({ length: 1 + dice.roll(300) }, () => dice.roll(256)));
  const texts = ["", "name", "name\n", "\n\n", ",,,\n1,2,3", '"', '"name', "a,a\n1,2", "\0"];
  form.set(dice.pick(["file", "File", "data"]), new Blob([dice.pick<BlobPart>([bytes, ...texts])]));
  if (dice.roll(4) > 0) form.set("typeValue", "t");
  return form;
}

const all: readonly (readonly [string, EndpointDefinition])[] = Object.entries(endpoints).filter(
  ([name]) => name !== "streamEvents",
);

describeSuiteForEitherStore("bad requests", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
  });
  afterEach(() => app.close());

  it(
    `of every endpoint get a documented answer and no server error (${REQUESTS}, seed ${SEED})`,
    { timeout: 60_000 + REQUESTS * 60 },
    async () => {
      const { id: flowId } = await app.create(buildFlow("Safe", [createSetVariableStep("a", 1)]));
      const recordIds = await insertTestRecords(store(), "customer", 2);
      const subjects = { flowId, versionId: "flowver_none", recordIds };
      const dice = new SeededRandom(SEED);
      for (let made = 0; made < REQUESTS; made += 1) {
        const [name, endpoint] = dice.pick(all);
        const [given, { body: whole = {} } = {}] = WRITES[name as keyof typeof WRITES]?.(subjects) ?? [
          endpoint.path,
        ];
        const inline = dice.roll(2) === 0 ? INLINE[name as keyof typeof INLINE] : undefined;
        const body = { ...(whole as object), ...inline };
        const isOddPlace = endpoint.method === "DELETE" || endpoint.method === "GET" || dice.roll(8) === 0;
        const path = (isOddPlace ? endpoint.path : given).replaceAll(/:\w+/g, () =>
          dice.roll(3) === 0 ? flowId : dice.pick(IDS),
        );
        const names = Object.keys((endpoint.query as { readonly shape?: object } | undefined)?.shape ?? {});
        const query = names.length > 0 ? `?${dice.pick(names)}=${encodeURIComponent(spoilQuery(dice))}` : "";
        const content: TestRequestOptions = endpoint.isForm
          ? { form: spoilForm(dice) }
          : { text: dice.roll(4) === 0 ? spoilText(dice, body) : JSON.stringify(spoil(dice, body)) };
        const headers: Record<string, string> =
          dice.roll(6) === 0 ? { "if-match": dice.pick(["", "W/", '"1-0"', ",", "1"]) } : {};
        const hasBody = endpoint.body !== undefined || endpoint.isForm === true;
        const answer = await app.call(endpoint.method, path + query, { headers, ...(hasBody && content) });
        const seen = `${endpoint.method} ${path}${query} ${content.text?.slice(0, 300)} → ${answer.status} ${answer.text.slice(0, 300)}`;
        expect(answer.status, seen).toBeLessThan(500);
        const schema = answer.status < 400 ? endpoint.answers[answer.status] : errorBodySchema;
        if (schema)
          expect((schema as typeof errorBodySchema).safeParse(answer.json).success, seen).toBe(true);
      }
    },
  );
});
