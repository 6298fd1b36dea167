import { afterAll, describe, expect, it } from "vitest";
import { createRunHarness } from "#server/testing/run-harness.ts";
import { script, set, step } from "#server/testing/sample-steps.ts";
import { Redactor } from "./redactor.ts";

const { run, runner } = createRunHarness({ secrets: { TOKEN: "geheim-42" } });
afterAll(() => runner.close());

describe("templates", () => {
  it("write objects as JSON, and nothing for what is not set", async () => {
    const ran = await run(
      [
        set(
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

  it("know the platform's own variables, which nothing overwrites", async () => {
    const ran = await run(
      [
        set("_flow", "mine"),
        set(
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
    expect((await run([set("a", "{{_now}}")])).outcome.finalOutput).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it("in a script never become code", async () => {
    const evil = `"; throw new Error("broken out"); "`;
    const ran = await run(
      [script("a", "return ['{{x}}', `{{x}}`, \"{{x}}\", {{x}}, /^{{p}}$/.test('a.b')] // {{x}}")],
      {
        inputs: { x: evil, p: "a.b" },
      },
    );
    expect(ran.outcome.finalOutput).toEqual([evil, evil, evil, evil, true]);
  });

  it("fail where a text explodes", async () => {
    const big = "x".repeat(1_000_000);
    const ran = await run([set("a", "{{big}}".repeat(1000))], { inputs: { big } });
    expect(ran.of("a").error).toMatch(/more than 6 MB once its variables/);
  });
});

describe("Liquid", () => {
  it("fills a template with variables, inputs and partials", async () => {
    const ran = await run(
      [
        step("a", "template", {
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

  it("says why a template fails", async () => {
    const ran = await run([step("a", "template", { template: "{% if %}", outputVariable: "a" })]);
    expect(ran.of("a").error).toMatch(/The template cannot be filled at line 1/);
  });
});

describe("secrets", () => {
  it("are used, and told by nothing", async () => {
    const ran = await run(
      [
        set("header", "Bearer {{secret:TOKEN}} {{ secrets.own }}"),
        script("length", "return [header.length, { [header]: header }]"),
        script("thrown", "throw new Error('{{secret:TOKEN}}')", { errorHandling: "continue" }),
        step("page", "template", { template: "{{ secret:TOKEN }} {{ header }}" }),
        step("told", "send-stream", { message: "so: {{secret:TOKEN}}!" }),
      ],
      { secrets: { own: "privat-7" } },
    );
    expect(ran.outcome.status).toBe("completed");
    expect(ran.of("length").output).toMatchObject([25, {}]);
    expect(ran.of("page").output).toBe("••• Bearer ••• •••");
    expect(ran.textOf("told")).toBe("so: •••!");
    expect(JSON.stringify([ran.events, ran.outcome])).not.toMatch(/geheim|privat/);
  });

  it("are told by halves neither, where a variable that was read is cut", async () => {
    const ran = await run([
      set("long", `${"x".repeat(1995)}{{secret:TOKEN}} and more`),
      set("copy", "{{long}}"),
    ]);
    expect(JSON.stringify(ran.of("copy").inputVariables)).toContain("x••• ");
    expect(JSON.stringify(ran.events)).not.toContain("gehe");
  });

  it("that go on where a shorter one ends are streamed by nothing", () => {
    const stream = new Redactor(["abc-1", "abc-1-xyz", "z-abc-2"]).stream();
    const told = ["a abc-1", "-xyz b ab", "c-1", " c abc-1-x", "yz-abc-3 d abc-"].map(stream.push).join("");
    expect(told + stream.end()).toBe("a ••• b ••• c •••-abc-3 d abc-");
  });

  it("that are missing fail the step", async () => {
    expect((await run([set("a", "{{secret:NONE}}")])).of("a").error).toMatch(
      /The secret NONE is not set: .*SECRET_NONE/,
    );
    expect((await run([set("a", "{{secrets.none}}")])).of("a").error).toMatch(/did not come with this run/);
    expect((await run([set("a", "{{secrets:TOKEN}}")])).of("a").error).toMatch(/written {{secret:KEY}}/);
  });
});

describe("waiting", () => {
  it("goes on when the condition holds, or the time is up and that is allowed", async () => {
    const soon = await run([
      script("t", "return Date.now() + 150"),
      step("w", "wait-until", { condition: "Date.now() > t", pollIntervalMs: 100, timeoutMs: 5000 }),
    ]);
    expect(soon.of("w").output).toMatchObject({ isMet: true });
    const never = { condition: "false", timeoutMs: 150, pollIntervalMs: 100 };
    expect((await run([step("w", "wait-until", never)])).of("w").error).toMatch(
      /did not come true within 150 ms/,
    );
    expect(
      (await run([step("w", "wait-until", { ...never, continueOnTimeout: true })])).of("w").output,
    ).toMatchObject({ isMet: false });
  });
});

it("cannot be filled up by results that no variable keeps", async () => {
  const big = (id: string) => step(id, "transform-data", { script: "return 'x'.repeat(5_500_000)" });
  const ran = await run(Array.from({ length: 11 }, (_, index) => big(`b${index}`)));
  expect(ran.outcome.status).toBe("failed");
  expect(ran.outcome.error).toMatch(/The results of all steps of this run together are larger than 48 MB/);
});

it("tells no more of its steps than a server can hold", async () => {
  const same = Array.from({ length: 11 }, (_, index) => {
    const config = { variableName: "v", valueTemplate: "{{long}}{{long}}" };
    return { ...step(`s${index}`, "set-variable", config), name: "same" };
  });
  const inputs = { long: "x".repeat(2_700_000) };
  expect((await run(same, { inputs })).outcome.error).toMatch(/The results of all steps/);
  const failed = await run([step("a", "retrieve-record", { recordId: "{{long}}" })], { inputs });
  expect(failed.of("a").error).toMatch(/^There is no record with the ID x+…$/);
  expect(failed.of("a").error?.length).toBeLessThan(10_100);
  expect(failed.outcome.error?.length).toBeLessThan(10_200);
});

it("cannot be filled up by its variables", async () => {
  const big = (id: string) => script(id, "return 'x'.repeat(5_500_000)");
  const ran = await run(Array.from({ length: 11 }, (_, index) => big(`b${index}`)));
  expect(ran.outcome.status).toBe("failed");
  expect(ran.outcome.error).toMatch(/All variables of this run together are larger than 48 MB/);
  const deep = await run([script("a", "let a = []; for (let i = 0; i < 600; i++) a = [a]; return a")]);
  expect(deep.of("a").error).toMatch(/nested more than 500 levels deep/);
});
