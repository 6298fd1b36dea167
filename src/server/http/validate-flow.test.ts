import { beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { errorBodySchema } from "#contract/error-body.ts";
import {
  buildConditional,
  buildFlow,
  buildNestedConditionals,
  buildStep,
} from "#core/testing/flow-builder.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import {
  type TestRequestOptions,
  type TestResponse,
  type TestApp,
  createBearerHeader,
  startTestApp,
  createTestApiKey,
} from "#server/testing/test-app.ts";

const PATH = "/v1/public/flows/validate";
const prompts = (id: string, config = {}, fields = {}) =>
  buildStep(id, { config: { model: "m", userPrompt: "Go on.", ...config }, ...fields });
const sets = (id: string, name: string, fields = {}) => prompts(id, { outputVariable: name }, fields);
const reads = (id: string, text: string, fields = {}) => prompts(id, { userPrompt: text }, fields);
const runs = (id: string, script: string) => buildStep(id, { type: "transform-data", config: { script } });

describeSuiteForEitherStore("validating a flow", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
  });
  const ask = async (options: TestRequestOptions): Promise<TestResponse> => {
    const answer = await app.call("POST", PATH, options);
    const schema = answer.status === 200 ? endpoints.validateFlow.answers[200] : errorBodySchema;
    expect(schema.safeParse(answer.json).success, answer.text).toBe(true);
    return answer;
  };
  const validate = async (...flowSteps: unknown[]): Promise<TestResponse["json"]> =>
    (await ask({ body: { name: "Flow", flowSteps } })).json;

  it("reports no issue for a missing setting of this server", async () => {
    const mail = { from: "a@a.example", to: "b@a.example", subject: "Hello", html: "{{secret:TOKEN}}" };
    const answer = await validate(prompts("ask"), buildStep("send", { type: "send-email", config: mail }));
    expect(answer).toMatchObject({ valid: true, errors: [], warnings: [] });
  });

  it("finds no issue in a valid flow, and stores nothing", async () => {
    const answer = await ask({
      body: buildFlow("Sound", [sets("a", "page"), reads("b", "Sum up {{page}}.")]),
      headers: { "idempotency-key": "once" },
    });
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        valid: true,
        errors: [],
        warnings: [],
        recommendations: [],
        context: { authenticated: true, accountChecksPerformed: false, accountChecksSkipped: true },
      },
    ]);
    expect((await app.call("GET", "/v1/flows")).json.data).toEqual([]);
  });

  it("reports errors with step, path and details", async () => {
    const { valid, errors } = await validate(reads("b", "Sum up\n{{page}}."), sets("a", "page"));
    expect(valid).toBe(false);
    expect(errors).toEqual([
      {
        code: "read-before-set",
        message: "“B” needs “page”, but “A” sets it later (step 2).",
        path: "flowSteps.0.config.userPrompt",
        details: { name: "page", line: 2, column: 3, from: 9, to: 13 },
        step: { index: 0, name: "B", type: "prompt", id: "b" },
      },
    ]);
  });

  it("reports warnings and recommendations of a valid flow", async () => {
    const { valid, errors, warnings, recommendations } = await validate(
      sets("a", "company", { when: "go" }),
      reads("b", "{{compnay}} {{company}}"),
    );
    expect([valid, errors]).toEqual([true, []]);
    expect(warnings).toMatchObject([
      { code: "unknown-variable", details: { name: "compnay", correction: "company" } },
    ]);
    expect(recommendations).toMatchObject([{ code: "maybe-unset", details: { name: "company" } }]);
    expect(await validate()).toMatchObject({ valid: true, recommendations: [{ code: "empty-flow" }] });
  });

  it("reports a missing prompt only as a recommendation, because a run can supply messages instead", async () => {
    const answer = await validate(prompts("chat", { userPrompt: "" }));
    expect(answer).toMatchObject({ valid: true, errors: [], warnings: [] });
    expect(answer.recommendations).toEqual([
      {
        code: "missing-prompt",
        message: "“Chat” needs a prompt, or messages at run time.",
        path: "flowSteps.0.config.userPrompt",
        step: { index: 0, name: "Chat", type: "prompt", id: "chat" },
      },
    ]);
    const { recommendations } = await validate(
      prompts("a", { userPrompt: undefined, text: "Go on." }),
      prompts("b", { userPrompt: undefined, previousMessages: "{{messages}}" }),
    );
    expect(recommendations).toEqual([]);
  });

  it("locates steps in branches by their index in the branch", async () => {
    const { errors } = await validate(
      sets("a", "page"),
      buildConditional("route", [sets("x", "y"), runs("bad", "return (1;\n")], []),
    );
    expect(errors).toEqual([
      {
        code: "bad-code",
        message: expect.stringMatching(/^“Bad”: Invalid JavaScript/),
        path: "flowSteps.1.config.trueSteps.1.config.script",
        details: { line: 1, column: 10, from: 9 },
        step: { index: 1, name: "Bad", type: "transform-data", id: "bad" },
      },
    ]);
  });

  it("locates a step by its position in the body, not by its order", async () => {
    const { errors } = await validate(
      sets("late", "page", { order: 2 }),
      reads("early", "{{page}}", { order: 1 }),
    );
    expect(errors).toMatchObject([{ code: "read-before-set", step: { index: 1, id: "early" } }]);
    expect(errors[0].path).toBe("flowSteps.1.config.userPrompt");
  });

  it("accepts `steps` instead of `flowSteps`, like creating a flow", async () => {
    const { json } = await ask({ body: { name: "Alias", steps: [runs("a", "return")] } });
    expect(json).toMatchObject({ valid: true, recommendations: [] });
    const wrong = await ask({ body: { name: "Alias", steps: [runs("a", "return {{")] } });
    expect(wrong.json.errors[0].path).toBe("steps.0.config.script");
  });

  it("reports all reasons for which creating the flow would be refused", async () => {
    const body = {
      name: "",
      flowSteps: [
        { type: "loop" },
        buildStep("b", { type: "promt" }),
        buildConditional("c", [buildStep("a b", { type: "loop" })]),
        7,
      ],
    };
    const { json } = await ask({ body });
    expect(json.errors).toEqual([
      { code: "TOO_SHORT", message: "Must not be empty.", path: "name" },
      {
        code: "MISSING_REQUIRED_FIELD",
        message: "This field is required.",
        path: "flowSteps.0.name",
        step: { index: 0, name: "", type: "loop" },
      },
      { code: "INVALID_TYPE", message: "Expected an object.", path: "flowSteps.3" },
      {
        code: "INVALID_FORMAT",
        message: "Expected 1 to 128 letters, digits or _ - : ..",
        path: "flowSteps.2.config.trueSteps.0.id",
        step: { index: 0, name: "A b", type: "loop", id: "a b" },
      },
      {
        code: "INVALID_ENUM",
        message: "“promt” is not a step type.",
        path: "flowSteps.1.type",
        details: { suggestion: "Did you mean “prompt”?" },
        step: { index: 1, name: "B", type: "promt", id: "b" },
      },
    ]);
    expect((await app.call("POST", "/v1/flows", { body })).status).toBe(400);
  });

  it("reports once an issue that both analysis and write rules find", async () => {
    const doubled = await validate(prompts("a"), buildConditional("c", [prompts("a")]));
    expect(doubled.errors).toMatchObject([
      { code: "duplicate-id", path: "flowSteps.1.config.trueSteps.0", step: { index: 0, id: "a" } },
    ]);
    const { errors } = await validate(buildStep("a", { config: [] }));
    expect(errors).toMatchObject([{ code: "bad-config", path: "flowSteps.0.config" }]);
  });

  it("accepts the configured extra step types", async () => {
    const step = buildStep("slack", { type: "send-slack-message" });
    expect((await validate(step)).valid).toBe(false);
    app = await startTestApp(store(), { env: { EXTRA_STEP_TYPES: "send-slack-message" } });
    expect((await validate(step)).valid).toBe(true);
  });

  it("reports NUL characters, inexact numbers and too deep nesting", async () => {
    for (const [text, code, path] of [
      [String.raw`{"name":"a\u0000"}`, "INVALID_TEXT", "name"],
      ['{"name":"a","n":12345678901234567890}', "NUMBER_CHANGES", "n"],
      [`{"name":"a","n":${"[".repeat(500)}${"]".repeat(500)}}`, "TOO_DEEP", "n.0.0.0.0.0.0.0"],
    ] as const) {
      expect((await ask({ text })).json).toMatchObject({ valid: false, errors: [{ code, path }] });
    }
  });

  it("reports too many or too deep steps without analyzing them", async () => {
    const many = Array.from({ length: 2001 }, (_, index) => runs(`s${index}`, "("));
    expect((await validate(...many)).errors).toMatchObject([{ code: "TOO_MANY_STEPS", path: "flowSteps" }]);
    expect((await validate(buildNestedConditionals(12))).errors[0]).toMatchObject({ code: "TOO_DEEP" });
  });

  it("reports no more issues than a flow may have steps", async () => {
    const list = Array.from({ length: 200_000 }, () => "{{");
    const { valid, errors } = await validate(buildStep("a", { type: "loop", config: { list } }));
    expect([valid, errors.length]).toEqual([false, 2000]);
  });

  it("treats special names of JavaScript as data", async () => {
    const text =
      '{"__proto__":{"flowSteps":[]},"name":"x","flowSteps":[{"__proto__":{"type":"prompt"},"id":"constructor",' +
      '"name":"A","type":"prompt","config":{"model":"m","__proto__":{"x":"{{__proto__}}"},"userPrompt":"{{toString}}","outputVariable":"valueOf"}}]}';
    expect((await ask({ text })).json).toMatchObject({ valid: true, errors: [], warnings: [] });
  });

  it("refuses a body that is not a JSON object", async () => {
    for (const [text, code] of [
      ['{"name":', "MALFORMED_JSON"],
      ["", "MALFORMED_JSON"],
      ["[]", "INVALID_TYPE"],
      ["null", "INVALID_TYPE"],
    ] as const) {
      const answer = await ask({ text });
      expect([answer.status, answer.json.code, answer.json.details[0].code]).toEqual([400, code, code]);
    }
  });

  it("needs no key, and reports whether the caller is authenticated", async () => {
    app = await startTestApp(store(), {
      env: { API_KEYS: `${createTestApiKey("full")},${createTestApiKey("reader")}=FLOWS:READ` },
    });
    const authenticated = async (headers: Record<string, string>) =>
      (await ask({ body: { name: "x" }, headers })).json.context.authenticated;
    expect(await authenticated({})).toBe(false);
    expect(await authenticated(createBearerHeader("wrong"))).toBe(false);
    expect(await authenticated(createBearerHeader("reader"))).toBe(true);
  });

  it("reports only documented fields of a step if extensions are off", async () => {
    app = await startTestApp(store(), { env: { EXTRAS: "0" } });
    const { errors } = await validate(runs("a", "("));
    expect(errors[0].step).toEqual({ index: 0, name: "A", type: "transform-data" });
  });
});
