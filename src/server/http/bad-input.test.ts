import { beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
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
import { generateInvalidRecordRequests } from "#server/testing/bad-record-requests.ts";
import { generateInvalidFlowRequests, generateInvalidRequests } from "#server/testing/bad-requests.ts";
import { EventLoopBlockMonitor } from "#server/testing/loop-probe.ts";

const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 500);
const SEED = process.env["FUZZ_REQUESTS"] === undefined ? 20_261_124 : Date.now();

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
  const expectRefusal = async (
    status: number,
    code: string,
    path: string | undefined,
    options: TestRequestOptions,
  ) => {
    const before = await snapshot();
    const answer = await app.call("PUT", `/v1/flows/${flow.id}`, options);
    expect([answer.status, answer.json.details?.[0]?.code, answer.json.details?.[0]?.path]).toEqual([
      status,
      code,
      path,
    ]);
    expect(errorBodySchema.safeParse(answer.json).success).toBe(true);
    expect(await snapshot()).toEqual(before);
  };
  const steps = (...list: unknown[]) => ({ body: { flowSteps: list } });

  it("reports where a body is not JSON", () =>
    expectRefusal(400, "MALFORMED_JSON", undefined, { text: '{"name":' }));
  it("refuses an empty body", () => expectRefusal(400, "MALFORMED_JSON", undefined, { text: "" }));
  it("refuses a list as the body", () => expectRefusal(400, "INVALID_TYPE", undefined, { text: "[]" }));
  it("refuses a NUL character in a text", () =>
    expectRefusal(400, "INVALID_TEXT", "name", { text: String.raw`{"name":"a\u0000"}` }));
  it("refuses a lone surrogate in a text", () =>
    expectRefusal(400, "INVALID_TEXT", "name", { text: String.raw`{"name":"\ud800"}` }));
  it("refuses a number that JavaScript cannot represent exactly", () =>
    expectRefusal(400, "NUMBER_CHANGES", "flowSteps.0.config.n", {
      text: '{"flowSteps":[{"type":"prompt","name":"a","config":{"n":12345678901234567890}}]}',
    }));
  it("refuses 500 levels of nesting", () =>
    expectRefusal(400, "TOO_DEEP", "a.a.a.a.a.a.a.a", {
      text: `{"a":`.repeat(500) + "1" + "}".repeat(500),
    }));
  it("refuses an empty name", () => expectRefusal(400, "TOO_SHORT", "name", { body: { name: "" } }));
  it("refuses a flow name of 501 characters", () =>
    expectRefusal(400, "TOO_LONG", "name", { body: { name: "x".repeat(501) } }));
  it("refuses a name that is not a text", () =>
    expectRefusal(400, "INVALID_TYPE", "name", { body: { name: 7 } }));
  it("refuses a step without a name", () =>
    expectRefusal(400, "MISSING_REQUIRED_FIELD", "flowSteps.0.name", steps({ type: "prompt" })));
  it("refuses a step without a type", () =>
    expectRefusal(400, "MISSING_REQUIRED_FIELD", "flowSteps.1.type", steps(buildStep("a"), { name: "x" })));
  it("refuses a step that is not an object", () =>
    expectRefusal(400, "INVALID_TYPE", "flowSteps.0", steps(1)));
  it("refuses an id with a space", () =>
    expectRefusal(400, "INVALID_FORMAT", "flowSteps.0.id", steps(buildStep("has space"))));
  it("refuses a negative order", () =>
    expectRefusal(400, "TOO_SMALL", "flowSteps.0.order", steps(buildStep("a", { order: -1 }))));
  it("refuses an order that is not an integer", () =>
    expectRefusal(400, "INVALID_TYPE", "flowSteps.0.order", steps(buildStep("a", { order: 1.5 }))));
  it("refuses a `when` of 501 characters", () =>
    expectRefusal(400, "TOO_LONG", "flowSteps.0.when", steps(buildStep("a", { when: "x".repeat(501) }))));
  it("refuses a config that is not an object", () =>
    expectRefusal(400, "INVALID_TYPE", "flowSteps.0.config", steps(buildStep("a", { config: [] }))));
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
  it("validates nested steps like top-level steps", () =>
    expectRefusal(
      400,
      "INVALID_ENUM",
      "flowSteps.0.config.trueSteps.0.type",
      steps(buildConditional("c", [buildStep("x", { type: "promt" })])),
    ));
  it("refuses a duplicate id, nested or not", () =>
    expectRefusal(
      400,
      "DUPLICATE_ID",
      "flowSteps.1.config.falseSteps.0.id",
      steps(buildStep("x"), buildConditional("c", [], [buildStep("x")])),
    ));
  it("refuses eleven levels of conditionals", () =>
    expectRefusal(
      400,
      "TOO_DEEP",
      `flowSteps.0${".config.trueSteps.0".repeat(10)}.config.trueSteps`,
      steps(nest(11)),
    ));
  it("accepts ten levels of conditionals", async () => {
    expect((await app.call("PUT", `/v1/flows/${flow.id}`, steps(nest(10)))).status).toBe(200);
  });
  it("refuses 2,001 steps", () =>
    expectRefusal(
      400,
      "TOO_MANY_STEPS",
      "flowSteps",
      steps(...Array.from({ length: 2001 }, (_, i) => buildStep(`s${i}`))),
    ));
  it("refuses a million invalid steps by their number, without checking each", () =>
    expectRefusal(400, "TOO_MANY_STEPS", "flowSteps", { text: `{"flowSteps":[${"1,".repeat(999_999)}1]}` }));
  it("refuses a million nested steps by their number", () =>
    expectRefusal(400, "TOO_MANY_STEPS", "flowSteps", {
      text: `{"flowSteps":[{"type":"conditional","name":"c","config":{"trueSteps":[${"1,".repeat(999_999)}1]}}]}`,
    }));
  it("refuses 150,001 tags by their number, without checking each", async () => {
    const text = `{"name":"x","tags":[${"1,".repeat(150_000)}1]}`;
    const answer = await app.call("POST", "/v1/flows", { text });
    expect([answer.status, answer.json.details]).toMatchObject([
      400,
      [{ path: "tags", code: "TOO_MANY_ITEMS" }],
    ]);
  });
  it("refuses a nested step that is not an object", () =>
    expectRefusal(400, "INVALID_TYPE", "flowSteps.0.config.trueSteps.0", {
      text: '{"flowSteps":[{"type":"conditional","name":"c","config":{"trueSteps":[null]}}]}',
    }));
  it("accepts 2,000 steps", async () => {
    const many = Array.from({ length: 2000 }, (_, index) => buildStep(`s${index}`));
    expect((await app.call("PUT", `/v1/flows/${flow.id}`, steps(...many))).status).toBe(200);
  });
  it("refuses a body over 2 MiB", () =>
    expectRefusal(413, "BODY_TOO_LARGE", undefined, { body: { name: "x".repeat(2 * 1024 * 1024) } }));

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

  it(
    `responds to ${REQUESTS} bad requests of every kind (seed ${SEED}) without a 500 and without a change`,
    { timeout: 60_000 + REQUESTS * 60 },
    async () => {
      const before = await snapshot();
      const probe = new EventLoopBlockMonitor();
      for (const request of generateInvalidRequests({ count: REQUESTS, seed: SEED, flowId: flow.id })) {
        const answer = await app.call(request.method, request.path, request.options);
        const seen = `${request.method} ${request.path} ${request.options.text?.slice(0, 300)} → ${answer.status} ${answer.text.slice(0, 300)}`;
        probe.note(seen);
        expect(answer.status, seen).toBeGreaterThanOrEqual(400);
        expect(answer.status, seen).toBeLessThan(500);
        expect(errorBodySchema.safeParse(answer.json).success, seen).toBe(true);
      }
      probe.stop("bad requests");
      expect(await snapshot()).toEqual(before);
    },
  );

  it(
    `responds to ${REQUESTS} bad requests about records (seed ${SEED}) without a 500 and without a change`,
    { timeout: 60_000 + REQUESTS * 60 },
    async () => {
      const body = { type: "t", name: "Safe", metadata: { a: { b: [1, "two", null] } } };
      const record = (await app.call("POST", "/v1/records", { body })).json;
      const records = async () => (await app.call("GET", "/v1/records?includeCount=true")).text;
      const before = await records();
      const probe = new EventLoopBlockMonitor();
      for (const request of generateInvalidRecordRequests({
        count: REQUESTS,
        seed: SEED,
        recordId: record.id,
      })) {
        const answer = await app.call(request.method, request.path, request.options);
        const { body: sent, text } = request.options;
        const seen = `${request.method} ${request.path} ${(text ?? JSON.stringify(sent))?.slice(0, 300)} → ${answer.status} ${answer.text.slice(0, 300)}`;
        probe.note(seen);
        expect(answer.status, seen).toBeGreaterThanOrEqual(400);
        expect(answer.status, seen).toBeLessThan(500);
        expect(errorBodySchema.safeParse(answer.json).success, seen).toBe(true);
      }
      probe.stop("bad requests about records");
      expect(await records()).toBe(before);
    },
  );

  it(
    `validates ${REQUESTS} malformed flows (seed ${SEED}) without a 500 and without a change`,
    { timeout: 60_000 + REQUESTS * 60 },
    async () => {
      const before = await snapshot();
      const schema = endpoints.validateFlow.answers[200];
      const probe = new EventLoopBlockMonitor();
      for (const options of generateInvalidFlowRequests({ count: REQUESTS, seed: SEED })) {
        const answer = await app.call("POST", endpoints.validateFlow.path, options);
        const seen = `${(options.text ?? JSON.stringify(options.body)).slice(0, 2000)} → ${answer.status} ${answer.text.slice(0, 300)}`;
        probe.note(seen);
        expect([200, 400, 413], seen).toContain(answer.status);
        expect((answer.status === 200 ? schema : errorBodySchema).safeParse(answer.json).success, seen).toBe(
          true,
        );
      }
      probe.stop("malformed flows");
      expect(await snapshot()).toEqual(before);
    },
  );
});
