import { afterAll, describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import {
  createSampleScriptStep,
  createSampleSetVariableStep,
  createSampleStep,
} from "#server/testing/sample-steps.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { assertFitsVariable } from "./run-variables.ts";

const { run, runner } = createFlowRunHarness({ secrets: { TOKEN: "geheim-42" } });
afterAll(() => runner.close());

describe("templates", () => {
  it("format objects as JSON and unset variables as empty text", async () => {
    const ran = await run(
      [
        createSampleSetVariableStep(
          "a",
          "[{{who}}] [{{nobody}}] [{{who.tags[0]}}] [{{who['na me']}}] [{{who.none.x}}] {not} {{'x'}}",
        ),
      ],
      {
        inputs: { who: { tags: ["t"], "na me": "n" } },
      },
    );
    expect(ran.outcome.finalOutput).toBe(`[{"tags":["t"],"na me":"n"}] [] [t] [n] [] {not} {{'x'}}`);
    expect(ran.of("a").unresolvedVariables).toEqual(["nobody", "who.none.x"]);
  });

  it("resolve platform variables, which steps cannot overwrite", async () => {
    const ran = await run(
      [
        createSampleSetVariableStep("_flow", "mine"),
        createSampleSetVariableStep(
          "a",
          "{{_record.metadata.city}}|{{_flow.name}}|{{_user.id}}|{{_execution.id}}|{{userMessage}}|{{user_message}}|{{flow:x}}",
        ),
      ],
      {
        record: { id: null, name: "n", type: "t", metadata: { city: "Bonn" }, messages: null },
        messages: [
          { role: "user", content: "first" },
          { role: "user", content: [{ type: "text", text: "last" }] },
          { role: "assistant", content: "a" },
        ],
        inputs: { x: "X" },
      },
    );
    expect(ran.outcome.finalOutput).toBe("Bonn|Sample|user_local|exec_1|last|last|X");
    expect((await run([createSampleSetVariableStep("a", "{{_now}}")])).outcome.finalOutput).toMatch(
      /^\d{4}-\d\d-\d\dT/,
    );
  });

  it("in a script are inserted as values, never as code", async () => {
    const evil = `"; throw new Error("broken out"); "`;
    const ran = await run(
      [
        createSampleScriptStep(
          "a",
          "return ['{{x}}', `{{x}}`, \"{{x}}\", {{x}}, /^{{p}}$/.test('a.b')] // {{x}}",
        ),
      ],
      {
        inputs: { x: evil, p: "a.b" },
      },
    );
    expect(ran.outcome.finalOutput).toEqual([evil, evil, evil, evil, true]);
  });

  it("fail if the result exceeds the size limit", async () => {
    const big = "x".repeat(1_000_000);
    const ran = await run([createSampleSetVariableStep("a", "{{big}}".repeat(1000))], { inputs: { big } });
    expect(ran.of("a").error).toMatch(/exceeds 6 MB with its variables/);
  });

  const many = Array.from({ length: 30 }, () => "{{v}}");
  const http = { method: "POST", url: "http://127.0.0.1:1/", body: { texts: many } };
  it.each<[string, JsonObject]>([
    [
      "a list of texts",
      createSampleSetVariableStep(
        "a",
        many.map((text) => `y${text}`),
      ),
    ],
    ["a list of references", createSampleSetVariableStep("a", many)],
    ["a script of references", createSampleScriptStep("a", `return [${many.join()}].length`)],
    ["a script of texts", createSampleScriptStep("a", `return ["${many.join('","')}"].length`)],
    ["the body of a request", createSampleStep("a", "api-call", { http })],
    [
      "explicit variables in a template",
      createSampleStep("a", "template", { template: "{{flow:v}}".repeat(30) }),
    ],
    [
      "texts of a template",
      createSampleStep("a", "template", {
        template: "x",
        inputs: Object.fromEntries(many.map((text, index) => [`i${index}`, `y${text}`])),
      }),
    ],
  ])("fail if all values of the step together exceed the size limit: %s", async (_, step) => {
    for (const v of ["x".repeat(1_000_000), ["x".repeat(1_000_000)]]) {
      const ran = await run([step], { inputs: { v } });
      expect(ran.outcome.status).toBe("failed");
      expect(ran.of("a").error).toBe("The values of this step exceed 12 MB with their variables filled in.");
    }
  });

  it("may insert up to the size limit again in each attempt of a step", async () => {
    const inputs = { v: "x".repeat(4_000_000) };
    const twice = "[{{v}}, {{v}}]";
    const fallbacks = [{ type: "retry" }];
    const failing = createSampleScriptStep("a", `${twice}; throw new Error("no luck")`, {
      errorHandling: { onError: "fallback", fallbacks },
    });
    expect((await run([failing], { inputs })).of("a")).toMatchObject({
      retryCount: 1,
      error: expect.stringContaining("no luck"),
    });
    const condition = `${twice}.length === 3`;
    const polling = { condition, timeoutMs: 120, pollIntervalMs: 100, continueOnTimeout: true };
    const waited = await run([createSampleStep("w", "wait-until", polling)], { inputs });
    expect(waited.of("w").output).toMatchObject({ isMet: false });
  });
});

describe("the metadata of the record", () => {
  const record = (json: string) => ({
    id: null,
    name: "n",
    type: "t",
    metadata: JSON.parse(json) as JsonObject,
    messages: null,
  });
  const read = (name: string) => createSampleSetVariableStep("read", `{{${name}}}`);
  const outputOf = async (steps: readonly JsonObject[], json: string, inputs: JsonObject = {}) =>
    (await run(steps, { record: record(json), inputs })).outcome.finalOutput;

  it("is readable by name in templates, scripts, conditions and Liquid", async () => {
    const json = '{"input":"text","city":{"name":"Bonn"},"Date":"1999","n":0}';
    expect(await outputOf([read("input")], json)).toBe("text");
    expect(await outputOf([read("city.name")], json)).toBe("Bonn");
    expect(await outputOf([read("Date")], json)).toBe("1999");
    const script = "return [input.input, city.name, variables.Date, typeof new Date().getTime(), n]";
    expect(await outputOf([createSampleScriptStep("a", script)], json)).toEqual([
      "text",
      "Bonn",
      "1999",
      "number",
      0,
    ]);
    const liquid = createSampleStep("a", "template", { template: "{{ input | upcase }} {{ city.name }}" });
    expect(await outputOf([liquid], json)).toBe("TEXT Bonn");
    const conditional = createSampleStep("a", "conditional", {
      condition: "city.name === 'Bonn' && {{n}} === 0",
      trueSteps: [createSampleSetVariableStep("taken", "yes", { when: "{{input}} == 'text'" })],
      falseSteps: [],
    });
    expect(await outputOf([conditional], json)).toBe("yes");
  });

  it("has a lower precedence than inputs, variables and results of steps, and platform variables", async () => {
    const json = '{"a":"metadata","_record":"metadata","messages":"metadata","secrets":"metadata"}';
    expect(await outputOf([read("a")], json, { a: "input" })).toBe("input");
    expect(await outputOf([createSampleSetVariableStep("a", "step"), read("a")], json)).toBe("step");
    const named = { ...createSampleStep("s", "transform-data", { script: "return 'result'" }), name: "a" };
    expect(await outputOf([named, read("a")], json)).toBe("result");
    expect(await outputOf([read("_record.type")], json)).toBe("t");
    expect(await outputOf([read("messages")], json)).toEqual([]);
    const seen = createSampleScriptStep("seen", "return [a, _record.type, messages]");
    expect(await outputOf([seen], json, { a: "input" })).toEqual(["input", "t", []]);
  });

  it("is not read where the analysis reports a name as unset", async () => {
    const setLater = [read("a"), createSampleSetVariableStep("a", "step")];
    const disabled = [createSampleSetVariableStep("a", "step", { enabled: false }), read("a")];
    const namedLater = [read("a"), { ...createSampleSetVariableStep("b", "x"), name: "a" }];
    for (const steps of [setLater, disabled, namedLater]) {
      const ran = await run(steps, { record: record('{"a":"metadata"}') });
      expect(ran.of("read").unresolvedVariables).toEqual(["a"]);
    }
  });

  it("may have keys with any name", async () => {
    const json =
      '{"__proto__":{"x":"own"},"constructor":"c","toString":"s","a.b":"dotted","":"empty","input":"i","undefined":"u","x y":1}';
    expect(await outputOf([read("__proto__.x")], json)).toBe("own");
    expect(await outputOf([read("constructor")], json)).toBe("c");
    expect(
      (await run([read("constructor")], { record: record("{}") })).of("read").unresolvedVariables,
    ).toEqual(["constructor"]);
    expect(await outputOf([read("a.b")], json)).toBe("");
    const script =
      "return [Object.hasOwn(input, '__proto__'), input['a.b'], input.toString, input.input, undefined, ({}).x]";
    expect(await outputOf([createSampleScriptStep("a", script)], json)).toEqual([
      true,
      "dotted",
      "s",
      "i",
      null,
      null,
    ]);
    const liquid = createSampleStep("a", "template", {
      template: "{{ constructor }}|{{ x }}|{{ toString }}",
    });
    expect(await outputOf([liquid], json)).toBe("c||s");
  });
});

describe("Liquid", () => {
  it("fills a template with variables, inputs and partials", async () => {
    const ran = await run(
      [
        createSampleStep("a", "template", {
          template:
            "{% for tag in who.tags %}{{ tag | upcase }}{% endfor %} {{ title }} {{ flow:title }} {% render 'foot', n: who.n %} {{ nobody }}",
          inputs: { title: "{{ who.n }} things", list: "{{who.tags}}" },
          partials: { foot: "({{ n }})" },
          outputVariable: "a",
        }),
      ],
      { inputs: { who: { tags: ["a", "b"], n: 2 }, title: "outer" } },
    );
    expect(ran.of("a").error).toBeUndefined();
    expect(ran.outcome.finalOutput).toBe("AB 2 things outer (2) ");
    expect(ran.of("a").unresolvedVariables).toEqual(["nobody"]);
  });

  it("reports why a template fails", async () => {
    const ran = await run([createSampleStep("a", "template", { template: "{% if %}", outputVariable: "a" })]);
    expect(ran.of("a").error).toMatch(/Couldn’t render the template at line 1/);
  });
});

describe("secrets", () => {
  it("are used, and redacted in all events and results", async () => {
    const ran = await run(
      [
        createSampleSetVariableStep("header", "Bearer {{secret:TOKEN}} {{ secrets.own }}"),
        createSampleScriptStep("length", "return [header.length, { [header]: header }]"),
        createSampleScriptStep("thrown", "throw new Error('{{secret:TOKEN}}')", {
          errorHandling: "continue",
        }),
        createSampleStep("page", "template", { template: "{{ secret:TOKEN }} {{ header }}" }),
        createSampleStep("streamed", "send-stream", { message: "so: {{secret:TOKEN}}!" }),
      ],
      { secrets: { own: "privat-7" } },
    );
    expect(ran.outcome.status).toBe("completed");
    expect(ran.of("length").output).toMatchObject([25, {}]);
    expect(ran.of("page").output).toBe("••• Bearer ••• •••");
    expect(ran.textOf("streamed")).toBe("so: •••!");
    expect(JSON.stringify([ran.events, ran.outcome])).not.toMatch(/geheim|privat/);
  });

  it("do not leak partially when a reported variable is truncated", async () => {
    const ran = await run([
      createSampleSetVariableStep("long", `${"x".repeat(1995)}{{secret:TOKEN}} and more`),
      createSampleSetVariableStep("copy", "{{long}}"),
    ]);
    expect(JSON.stringify(ran.of("copy").inputVariables)).toContain("x••• ");
    expect(JSON.stringify(ran.events)).not.toContain("gehe");
  });

  it("fail the step if they are missing", async () => {
    expect((await run([createSampleSetVariableStep("a", "{{secret:NONE}}")])).of("a").error).toMatch(
      /The secret NONE is not set.*SECRET_NONE/,
    );
    expect((await run([createSampleSetVariableStep("a", "{{secrets.none}}")])).of("a").error).toMatch(
      /is missing from this run/,
    );
    expect((await run([createSampleSetVariableStep("a", "{{secrets:TOKEN}}")])).of("a").error).toMatch(
      /^Write secrets as {{secret:KEY}}, not/,
    );
  });
});

describe("a wait step", () => {
  it("continues when its condition holds, or after its timeout if allowed", async () => {
    const soon = await run([
      createSampleScriptStep("t", "return Date.now() + 150"),
      createSampleStep("w", "wait-until", {
        condition: "Date.now() > t",
        pollIntervalMs: 100,
        timeoutMs: 5000,
      }),
    ]);
    expect(soon.of("w").output).toMatchObject({ isMet: true });
    const never = { condition: "false", timeoutMs: 150, pollIntervalMs: 100 };
    expect((await run([createSampleStep("w", "wait-until", never)])).of("w").error).toMatch(
      /was not true within 150 ms/,
    );
    expect(
      (await run([createSampleStep("w", "wait-until", { ...never, continueOnTimeout: true })])).of("w")
        .output,
    ).toMatchObject({ isMet: false });
  });
});

it("a run limits the total size of step results, and the size of errors", async () => {
  const same = Array.from({ length: 11 }, (_, index) => {
    const config = { variableName: "v", valueTemplate: "{{long}}{{long}}" };
    return { ...createSampleStep(`s${index}`, "set-variable", config), name: "same" };
  });
  const inputs = { long: "x".repeat(2_700_000) };
  expect((await run(same, { inputs })).outcome.error).toMatch(/The step results/);
  const failed = await run([createSampleStep("a", "retrieve-record", { recordId: "{{long}}" })], { inputs });
  expect(failed.of("a").error).toMatch(/^No record with the ID x+…$/);
  expect(failed.of("a").error?.length).toBeLessThan(10_100);
  expect(failed.outcome.error?.length).toBeLessThan(10_200);
});

it("a run limits the total size and the depth of variables", async () => {
  const copies = Array.from({ length: 11 }, (_, index) =>
    createSampleSetVariableStep(`b${index}`, "{{big}}"),
  );
  const ran = await run(copies, { inputs: { big: "x".repeat(5_500_000) } });
  expect(ran.outcome.status).toBe("failed");
  expect(ran.outcome.error).toMatch(/The variables of this run exceed 48 MB/);
  const deep = await run([
    createSampleScriptStep("a", "let a = []; for (let i = 0; i < 600; i++) a = [a]; return a"),
  ]);
  expect(deep.of("a").error).toMatch(/nested more than 500 levels deep/);
});

it("a default value has the limits of a result", async () => {
  const defaultValue = Array.from({ length: 200_000 }, () => 0);
  const ran = await run([
    createSampleScriptStep("a", "throw new Error('no luck')", { errorHandling: "continue", defaultValue }),
  ]);
  expect(ran.of("a").error).toMatch(/^The result has more than 200,000 values\./);
});

it("a value may be nested 500 levels deep", () => {
  const nest = (levels: number) =>
    RunValue.of(Array.from({ length: levels }).reduce<JsonValue>((value) => [value], []));
  expect(() => assertFitsVariable(nest(500))).not.toThrow();
  expect(() => assertFitsVariable(nest(501))).toThrow(/nested more than 500 levels deep/);
});
