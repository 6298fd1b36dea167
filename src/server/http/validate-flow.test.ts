import { beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { errorBody } from "#contract/error-body.ts";
import { buildConditional, buildFlow, buildNest, buildStep } from "#core/flow-builder.ts";
import { describeStores } from "#server/testing/test-stores.ts";
import { type CallOptions, type Reply, type TestApp, startTestApp } from "#server/testing/test-app.ts";

const PATH = "/v1/public/flows/validate";
const prompts = (id: string, config = {}, fields = {}) =>
  buildStep(id, { config: { model: "m", userPrompt: "Go on.", ...config }, ...fields });
const sets = (id: string, name: string, fields = {}) => prompts(id, { outputVariable: name }, fields);
const reads = (id: string, text: string, fields = {}) => prompts(id, { userPrompt: text }, fields);
const runs = (id: string, script: string) => buildStep(id, { type: "transform-data", config: { script } });

describeStores("validating a flow", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
  });
  const ask = async (options: CallOptions): Promise<Reply> => {
    const answer = await app.call("POST", PATH, options);
    const schema = answer.status === 200 ? endpoints.validateFlow.answers[200] : errorBody;
    expect(schema.safeParse(answer.json).success, answer.text).toBe(true);
    return answer;
  };
  const validate = async (...flowSteps: unknown[]): Promise<Reply["json"]> =>
    (await ask({ body: { name: "Flow", flowSteps } })).json;

  it("finds nothing in a sound flow, and keeps nothing of it", async () => {
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

  it("tells errors, each with its step, its place and what it is about", async () => {
    const { valid, errors } = await validate(reads("b", "Sum up\n{{page}}."), sets("a", "page"));
    expect(valid).toBe(false);
    expect(errors).toEqual([
      {
        code: "read-before-set",
        message: "B reads “page”, which A sets later, at step 2.",
        path: "flowSteps.0.config.userPrompt",
        details: { name: "page", line: 2, column: 3, from: 9, to: 13 },
        step: { index: 0, name: "B", type: "prompt", id: "b" },
      },
    ]);
  });

  it("tells warnings and recommendations, with which a flow stays valid", async () => {
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

  it("leads into branches, and counts in the step's own list", async () => {
    const { errors } = await validate(
      sets("a", "page"),
      buildConditional("route", [sets("x", "y"), runs("bad", "return (1;\n")], []),
    );
    expect(errors).toEqual([
      {
        code: "bad-code",
        message: expect.stringMatching(/^Bad: This is not JavaScript/),
        path: "flowSteps.1.config.trueSteps.1.config.script",
        details: { line: 1, column: 10, from: 9 },
        step: { index: 1, name: "Bad", type: "transform-data", id: "bad" },
      },
    ]);
  });

  it("finds a step where it was sent, whatever its order", async () => {
    const { errors } = await validate(
      sets("late", "page", { order: 2 }),
      reads("early", "{{page}}", { order: 1 }),
    );
    expect(errors).toMatchObject([{ code: "read-before-set", step: { index: 1, id: "early" } }]);
    expect(errors[0].path).toBe("flowSteps.1.config.userPrompt");
  });

  it("takes `steps` for `flowSteps`, as creating a flow does", async () => {
    const { json } = await ask({ body: { name: "Alias", steps: [runs("a", "return")] } });
    expect(json).toMatchObject({ valid: true, recommendations: [] });
    const wrong = await ask({ body: { name: "Alias", steps: [runs("a", "return {{")] } });
    expect(wrong.json.errors[0].path).toBe("steps.0.config.script");
  });

  it("tells all that creating the flow would be refused for", async () => {
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
      { code: "TOO_SHORT", message: "This must not be empty.", path: "name" },
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

  it("says once what both the analysis and the rules of writing find", async () => {
    const doubled = await validate(prompts("a"), buildConditional("c", [prompts("a")]));
    expect(doubled.errors).toMatchObject([
      { code: "duplicate-id", path: "flowSteps.1.config.trueSteps.0", step: { index: 0, id: "a" } },
    ]);
    const { errors } = await validate(buildStep("a", { config: [] }));
    expect(errors).toMatchObject([{ code: "bad-config", path: "flowSteps.0.config" }]);
  });

  it("takes the step types that this server was told of", async () => {
    const step = buildStep("slack", { type: "send-slack-message" });
    expect((await validate(step)).valid).toBe(false);
    app = await startTestApp(store(), { env: { EXTRA_STEP_TYPES: "send-slack-message" } });
    expect((await validate(step)).valid).toBe(true);
  });

  it("tells what could not be kept", async () => {
    for (const [text, code, path] of [
      [String.raw`{"name":"a\u0000"}`, "INVALID_TEXT", "name"],
      ['{"name":"a","n":12345678901234567890}', "NUMBER_CHANGES", "n"],
      [`{"name":"a","n":${"[".repeat(500)}${"]".repeat(500)}}`, "TOO_DEEP", "n.0.0.0.0.0.0.0"],
    ] as const) {
      expect((await ask({ text })).json).toMatchObject({ valid: false, errors: [{ code, path }] });
    }
  });

  it("tells of too many or too deep steps without looking at them", async () => {
    const many = Array.from({ length: 2001 }, (_, index) => runs(`s${index}`, "("));
    expect((await validate(...many)).errors).toMatchObject([{ code: "TOO_MANY_STEPS", path: "flowSteps" }]);
    expect((await validate(buildNest(12))).errors[0]).toMatchObject({ code: "TOO_DEEP" });
  });

  it("tells as many as a flow can have steps, however much is wrong", async () => {
    const list = Array.from({ length: 200_000 }, () => "{{");
    const { valid, errors } = await validate(buildStep("a", { type: "loop", config: { list } }));
    expect([valid, errors.length]).toEqual([false, 2000]);
  });

  it("takes names that JavaScript finds special for data", async () => {
    const text =
      '{"__proto__":{"flowSteps":[]},"name":"x","flowSteps":[{"__proto__":{"type":"prompt"},"id":"constructor",' +
      '"name":"A","type":"prompt","config":{"model":"m","__proto__":{"x":"{{__proto__}}"},"userPrompt":"{{toString}}","outputVariable":"valueOf"}}]}';
    expect((await ask({ text })).json).toMatchObject({ valid: true, errors: [], warnings: [] });
  });

  it("refuses what is no JSON object", async () => {
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

  it("refuses a body over 2 MiB, and other methods", async () => {
    const large = await ask({ body: { name: "x".repeat(2 * 1024 * 1024) } });
    expect([large.status, large.json.details[0].code]).toEqual([413, "BODY_TOO_LARGE"]);
    const read = await app.call("GET", PATH);
    expect([read.status, read.headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("asks nobody for a key, and says whether it knows who asks", async () => {
    app = await startTestApp(store(), { env: { API_KEYS: "full,reader=FLOWS:READ" } });
    const authenticated = async (headers: Record<string, string>) =>
      (await ask({ body: { name: "x" }, headers })).json.context.authenticated;
    expect(await authenticated({})).toBe(false);
    expect(await authenticated({ authorization: "Bearer wrong" })).toBe(false);
    expect(await authenticated({ authorization: "Bearer reader" })).toBe(true);
  });

  it("is limited like any endpoint; strangers share what they may ask", async () => {
    app = await startTestApp(store(), { env: { API_KEYS: "full", RATE_LIMIT: "2" } });
    const status = async (headers = {}) =>
      (await app.call("POST", PATH, { body: { name: "x" }, headers })).status;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    expect(await status({ authorization: "Bearer full" })).toBe(200);
  });

  it("refuses other sites", async () => {
    const answer = await ask({ body: { name: "x" }, headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
  });

  it("without extras tells of a step what the API documents", async () => {
    app = await startTestApp(store(), { env: { EXTRAS: "0" } });
    const { errors } = await validate(runs("a", "("));
    expect(errors[0].step).toEqual({ index: 0, name: "A", type: "transform-data" });
  });
});
