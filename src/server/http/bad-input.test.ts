import { beforeEach, expect, it } from "vitest";
import { errorBodySchema } from "#contract/error-body.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import {
  type TestRequestOptions,
  type TestResponse,
  type TestApp,
  startTestApp,
} from "#server/testing/test-app.ts";

function nest(depth: number): JsonObject {
  return depth === 0 ? buildStep("leaf") : buildConditional(`level-${depth}`, [nest(depth - 1)]);
}

describeSuiteForEitherStore("the API, given bad input,", (store) => {
  let app: TestApp;
  let flow: TestResponse["json"];
  beforeEach(async () => {
    app = await startTestApp(store());
    flow = await app.create(buildFlow("Safe", [buildStep("a"), buildStep("b")]));
  });
  const snapshot = async () => [
    (await app.call("GET", `/v1/flows/${flow.id}`)).text,
    (await app.call("GET", "/v1/flows?includeCount=true")).text,
    (await app.call("GET", `/v1/flow-versions/${flow.id}`)).text,
  ];
  const steps = (...list: unknown[]) => ({ body: { flowSteps: list } });

  const text = (text: string) => ({ text });
  const nested = (...list: unknown[]) => steps(buildConditional("c", list as never));
  const step = (fields: object) => steps(buildStep("a", fields as never));
  it.each<[string, code: string, path: string | undefined, TestRequestOptions]>([
    ["a body that is not JSON", "MALFORMED_JSON", undefined, text('{"name":')],
    ["an empty body", "MALFORMED_JSON", undefined, text("")],
    ["a list as the body", "INVALID_TYPE", undefined, text("[]")],
    ["a NUL character in a text", "INVALID_TEXT", "name", text(String.raw`{"name":"a\u0000"}`)],
    ["a lone surrogate in a text", "INVALID_TEXT", "name", text(String.raw`{"name":"\ud800"}`)],
    [
      "a number that JavaScript cannot represent exactly",
      "NUMBER_CHANGES",
      "flowSteps.0.config.n",
      text('{"flowSteps":[{"type":"prompt","name":"a","config":{"n":12345678901234567890}}]}'),
    ],
    [
      "500 levels of nesting",
      "TOO_DEEP",
      "a.a.a.a.a.a.a.a",
      text(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`),
    ],
    ["an empty name", "TOO_SHORT", "name", { body: { name: "" } }],
    ["a flow name of 501 characters", "TOO_LONG", "name", { body: { name: "x".repeat(501) } }],
    ["a name that is not a text", "INVALID_TYPE", "name", { body: { name: 7 } }],
    ["a step without a name", "MISSING_REQUIRED_FIELD", "flowSteps.0.name", steps({ type: "prompt" })],
    ["a step without a type", "MISSING_REQUIRED_FIELD", "flowSteps.0.type", steps({ name: "x" })],
    ["a step that is not an object", "INVALID_TYPE", "flowSteps.0", steps(1)],
    ["an id with a space", "INVALID_FORMAT", "flowSteps.0.id", steps(buildStep("has space"))],
    ["a negative order", "TOO_SMALL", "flowSteps.0.order", step({ order: -1 })],
    ["an order that is not an integer", "INVALID_TYPE", "flowSteps.0.order", step({ order: 1.5 })],
    ["a `when` of 501 characters", "TOO_LONG", "flowSteps.0.when", step({ when: "x".repeat(501) })],
    ["a config that is not an object", "INVALID_TYPE", "flowSteps.0.config", step({ config: [] })],
    [
      "a nested step of an unknown type",
      "INVALID_ENUM",
      "flowSteps.0.config.trueSteps.0.type",
      nested(buildStep("x", { type: "promt" })),
    ],
    ["a nested step that is not an object", "INVALID_TYPE", "flowSteps.0.config.trueSteps.0", nested(null)],
    [
      "a duplicate id, nested or not",
      "DUPLICATE_ID",
      "flowSteps.1.config.falseSteps.0.id",
      steps(buildStep("x"), buildConditional("c", [], [buildStep("x")])),
    ],
    [
      "eleven levels of conditionals",
      "TOO_DEEP",
      `flowSteps.0${".config.trueSteps.0".repeat(10)}.config.trueSteps`,
      steps(nest(11)),
    ],
    [
      "2,001 steps",
      "TOO_MANY_STEPS",
      "flowSteps",
      steps(...Array.from({ length: 2001 }, (_, index) => buildStep(`s${index}`))),
    ],
    // Counted before they are checked, which would take minutes.
    [
      "a million invalid steps",
      "TOO_MANY_STEPS",
      "flowSteps",
      text(`{"flowSteps":[${"1,".repeat(999_999)}1]}`),
    ],
    [
      "a million nested steps",
      "TOO_MANY_STEPS",
      "flowSteps",
      text(
        `{"flowSteps":[{"type":"conditional","name":"c","config":{"trueSteps":[${"1,".repeat(999_999)}1]}}]}`,
      ),
    ],
    ["a body over 2 MiB", "BODY_TOO_LARGE", undefined, { body: { name: "x".repeat(2 * 1024 * 1024) } }],
  ])("refuses %s, and changes nothing", async (_, code, path, options) => {
    const before = await snapshot();
    const { status, json } = await app.call("PUT", `/v1/flows/${flow.id}`, options);
    expect([status, json.details?.[0]?.code, json.details?.[0]?.path]).toEqual([
      code === "BODY_TOO_LARGE" ? 413 : 400,
      code,
      path,
    ]);
    expect(errorBodySchema.safeParse(json).success).toBe(true);
    expect(await snapshot()).toEqual(before);
  });

  it("refuses `config: null`, nested or not, where the step type needs fields, and names them", async () => {
    const body = {
      flowSteps: [
        buildStep("a", { type: "api-call", config: null }),
        buildConditional("c", [buildStep("b", { type: "prompt", config: null })]),
      ],
    };
    const { status, json } = await app.call("PUT", `/v1/flows/${flow.id}`, { body });
    const code = "MISSING_REQUIRED_FIELD";
    const reason = "URL is required. The result’s name is required.";
    expect([status, json.details]).toEqual([
      400,
      [
        {
          message: `A step of the type “api-call” needs a config. ${reason}`,
          path: "flowSteps.0.config",
          code,
        },
        {
          message: "A step of the type “prompt” needs a config. Model is required.",
          path: "flowSteps.1.config.trueSteps.0.config",
          code,
        },
      ],
    ]);
  });
  it("accepts ten levels of conditionals", async () => {
    expect((await app.call("PUT", `/v1/flows/${flow.id}`, steps(nest(10)))).status).toBe(200);
  });
  it("refuses 150,001 tags by their number, without checking each", async () => {
    const text = `{"name":"x","tags":[${"1,".repeat(150_000)}1]}`;
    const answer = await app.call("POST", "/v1/flows", { text });
    expect([answer.status, answer.json.details]).toMatchObject([
      400,
      [{ path: "tags", code: "TOO_MANY_ITEMS" }],
    ]);
  });
  it("accepts 2,000 steps", async () => {
    const many = Array.from({ length: 2000 }, (_, index) => buildStep(`s${index}`));
    expect((await app.call("PUT", `/v1/flows/${flow.id}`, steps(...many))).status).toBe(200);
  });
  it("suggests the step type for a misspelled one", async () => {
    const answer = await app.call(
      "PUT",
      `/v1/flows/${flow.id}`,
      steps(buildStep("x", { type: "Send Emial" })),
    );
    expect(answer.json.details[0].suggestion).toContain("send-email");
  });

  it("responds to unknown ids, paths and methods with the documented error body", async () => {
    for (const [method, path, status] of [
      ["GET", "/v1/flows/flow_unknown", 404],
      ["GET", "/v1/flows/%00", 404],
      ["PUT", "/v1/flows/%F0%9F%92%A5", 404],
      ["DELETE", `/v1/flows/${"x".repeat(500)}`, 404],
      ["GET", "/v1/flow-versions/%00/%00", 404],
      ["GET", "/v1/unknown", 404],
      ["GET", "/local/unknown", 404],
      ["PATCH", "/v1/flows/x", 405],
      ["DELETE", "/v1/flows", 405],
    ] as const) {
      const answer = await app.call(method, path, method === "PUT" ? { body: {} } : {});
      expect([method, path, answer.status]).toEqual([method, path, status]);
      expect(errorBodySchema.safeParse(answer.json).success).toBe(true);
    }
  });

  it("responds with 404 to an id with a NUL, even with an Idempotency-Key", async () => {
    const headers = { "idempotency-key": "once" };
    const publish = await app.call("POST", "/v1/flows/%00/publish", { headers });
    const body = { versionId: "flowver_x" };
    const pin = await app.call("POST", "/v1/flow-versions/%00/publish", { headers, body });
    expect([publish.status, pin.status]).toEqual([404, 404]);
  });
});
