import type { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import type { JsonValue } from "#core/json/json.ts";
import type { ScriptJob } from "./script-job.ts";
import { ScriptThreadPool } from "./script-pool.ts";

const pool = new ScriptThreadPool({ milliseconds: 2000 });
const hasty = new ScriptThreadPool({ milliseconds: 300 });
afterAll(() => Promise.all([pool.close(), hasty.close()]));
const never = new AbortController().signal;

const json = (variables: Record<string, JsonValue>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));

function script(
  code: string,
  variables: Record<string, JsonValue> = {},
  isCondition = false,
  runningPool = pool,
) {
  const job = {
    type: "script",
    code,
    isCondition,
    variables: json(variables),
    unset: [],
    filled: "[]",
  } as const;
  return runValue(runningPool, job);
}

function liquid(
  template: string,
  variables: Record<string, JsonValue> = {},
  partials = {},
  runningPool = pool,
) {
  return runValue(runningPool, { type: "liquid", template, partials, variables: json(variables) });
}

async function runValue(runningPool: ScriptThreadPool, job: ScriptJob): Promise<JsonValue | undefined> {
  return (await runningPool.run(job, never))?.value;
}

async function expectFailure(running: Promise<unknown>, sentence: RegExp, runningPool = pool): Promise<void> {
  await expect(running).rejects.toThrow(sentence);
  expect(await script("1 + 1", {}, false, runningPool)).toBe(2);
}

describe("a script", () => {
  const page = { title: "Über Züge", words: 3 };

  it.each<[string, string, JsonValue | undefined]>([
    ["input", "return input.page.title;", "Über Züge"],
    ["variables", "return variables['page'].words + 1", 4],
    [
      "a bare name",
      "return { title: page.title, isLong: page.words > 2 }",
      { title: "Über Züge", isLong: true },
    ],
    ["an expression", "page.words * 2", 6],
    ["an object as an expression", "{ words: page.words }", { words: 3 }],
    ["no result", "const x = 1;", undefined],
    ["await", "const all = await Promise.all([1, Promise.resolve(2)]); return all;", [1, 2]],
    ["a local of the same name", "const page = 5; return page;", 5],
    ["all variables", "return Object.keys(input)", ["page"]],
    ["a change of a copy", "page.words = 9; return input.page.words", 9],
    ["a trailing comment", "return 1 // done", 1],
    ["console", "console.log(page); return 1", 1],
  ])("returns the expected value for code with %s", async (_, code, result) => {
    expect(await script(code, { page })).toEqual(result);
  });

  it.each([
    ["needsReview === true", true],
    ["!needsReview", false],
    ["needsReview && 'text'", true],
    ["return needsReview ? 0 : 1", false],
  ])("that is a condition returns true or false: %s", async (code, result) => {
    expect(await script(code, { needsReview: true }, true)).toBe(result);
  });

  it("cannot access the process, the network or other runs", async () => {
    const names = "['process','require','fetch','Worker','Deno','performance','module','setTimeout']";
    expect(await script(`return ${names}.filter((name) => typeof globalThis[name] !== 'undefined')`)).toEqual(
      [],
    );
    expect(await script("return this === undefined ? 'none' : typeof this.constructor")).not.toBe("process");
    await script("globalThis.left = 'behind'; Array.prototype.map = () => 'broken'; return 1");
    expect(await script("return [typeof left, [1].map(String)]")).toEqual(["undefined", ["1"]]);
    await expect(script("return import('node:fs')")).rejects.toThrow();
  });

  it("cannot affect the serialization of its result", async () => {
    expect(
      await script("JSON.stringify = () => 'x'; Promise.prototype.then = null; return { a: 1 }"),
    ).toEqual({ a: 1 });
  });

  it.each<[string, string, RegExp]>([
    ["loops forever", "while (true) {}", /exceeded its time limit/],
    ["loops over promises forever", "while (true) await null", /exceeded its time limit/],
    [
      "runs a regular expression that never ends",
      "return /^(a+)+$/.test('a'.repeat(40) + 'b')",
      /time limit/,
    ],
  ])("that %s fails with a reason", async (_, code, sentence) => {
    await expectFailure(script(code, {}, false, hasty), sentence, hasty);
  });

  it.each<[string, string, RegExp]>([
    ["uses too much memory", "return new Array(1e7).fill('abc').join('-')", /memory limit of 64 MB/],
    [
      "doubles a text",
      "let s = 'xxxxxxxxxx'; while (true) s += s + 'a'",
      /string too long|memory limit of 64 MB/,
    ],
    ["throws", "const a = 1;\nthrow new Error('no luck')", /failed at line 2: Error: no luck/],
    ["throws a value that is not an error", "throw { code: 7 }", /failed: .*7/],
    ["reads a property of undefined", "return input.page.title", /failed at line 1: TypeError/],
    ["uses an unknown name", "return pgae", /ReferenceError: '?pgae'? is not defined/],
    ["is not valid JavaScript", "return (", /Invalid JavaScript at line 1: /],
    ["returns a circular reference", "const a = {}; a.a = a; return a", /circular reference/],
    ["returns 50 MB", "return 'x'.repeat(50_000_000)", /exceeds 6 MB|memory limit of 64 MB/],
    ["returns a BigInt", "return 10n", /BigInt/],
    ["calls itself endlessly", "const f = () => f() + 1; return f()", /stack/],
    [
      "nests its result too deeply",
      "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a",
      /too deeply|stack|memory|time limit/,
    ],
    ["waits forever", "await new Promise(() => {})", /never resolves/],
    ["throws from a getter", "return { get a() { throw new Error('from within') } }", /from within/],
  ])("that %s fails with a reason", async (_, code, sentence) => {
    await expectFailure(script(code), sentence);
  });

  it.each([
    [
      "fills buffers",
      "const a = []; for (let i = 0; i < 24; i++) a.push(new Uint8Array(25e6).fill(1)); return 1",
    ],
    ["fills lists", "const a = []; for (let i = 0; i < 4e7; i++) a.push(i); return 1"],
    ["fills texts", "const a = []; for (let i = 0; i < 600; i++) a.push('x'.repeat(1e6) + i); return 1"],
    ["holds many objects", "let a; for (let i = 0; i < 1e7; i++) a = { a, b: [i] }; return 1"],
  ])("that %s gets at most 64 MB of memory", async (_, code) => {
    const roomy = new ScriptThreadPool({ size: 1, milliseconds: 120_000 });
    const job = {
      type: "script",
      code: "1",
      isCondition: false,
      variables: {},
      unset: [],
      filled: "[]",
    } as const;
    await roomy.run(job, never);
    await expect(roomy.run({ ...job, code }, never)).rejects.toThrow(/memory limit of 64 MB/);
    await roomy.close();
  });

  it("leaves no memory occupied for the next script", async () => {
    for (let time = 0; time < 5; time += 1) {
      expect(
        await script(
          "const a = []; for (let i = 0; i < 30; i++) a.push('x'.repeat(1e6) + i); return a.length",
        ),
      ).toBe(30);
    }
  });

  const FILL = `const blocks = [];
    for (let n = 16e6; n >= 1;) { try { blocks.push(new Uint8Array(n)); } catch { n = Math.floor(n / 2); } }
    try { variables.big.length; } catch {}`;
  it.each([
    ["returns", "return 1"],
    ["throws", "throw new Error('own')"],
    ["frees the memory", "blocks.length = 0; return 1"],
  ])(
    "that fills its memory, reads a variable and then %s does not affect the next script",
    async (_, ending) => {
      const single = new ScriptThreadPool({ size: 1, milliseconds: 120_000 });
      const job = { type: "script", isCondition: false, unset: [], filled: "[]" } as const;
      await single.run({ ...job, code: "1", variables: {} }, never);
      const variables = json({ big: "SECRET".repeat(4000) });
      await single.run({ ...job, code: `${FILL} ${ending}`, variables }, never).catch(() => {});
      const next = { ...job, code: "return [1, 2].map((n) => ({ n }))", variables: {} };
      for (let time = 0; time < 3; time += 1) {
        expect(await runValue(single, next)).toEqual([{ n: 1 }, { n: 2 }]);
      }
      await single.close();
    },
  );

  it("fails when it reads a variable larger than its remaining memory", async () => {
    const roomy = new ScriptThreadPool({ size: 1, milliseconds: 120_000 });
    const job = { type: "script", isCondition: false, unset: [], filled: "[]" } as const;
    const variables = json({ big: "x".repeat(9_000_000) });
    const code = "const blocks = [new Uint8Array(40e6)]; return big.length + blocks.length";
    await expect(roomy.run({ ...job, code, variables }, never)).rejects.toThrow(/memory limit of 64 MB/);
    expect(await runValue(roomy, { ...job, code: "1 + 1", variables: {} })).toBe(2);
    await roomy.close();
  });

  const SLOW = "for (;;) {}";
  it.each([
    ["a proxy", `throw new Proxy({}, { get() { ${SLOW} }, ownKeys() { ${SLOW} } })`],
    ["an object with a getter", `throw { get message() { ${SLOW} } }`],
    ["an error with a getter", `throw Object.defineProperty(new Error(), "name", { get() { ${SLOW} } })`],
    ["an object that writes itself", `throw { toJSON() { ${SLOW} }, toString() { ${SLOW} } }`],
    ["a promise that rejects with a proxy", `await Promise.reject(new Proxy([], { get() { ${SLOW} } }))`],
  ])("that throws %s fails without using up its time limit", async (_, code) => {
    const patient = new ScriptThreadPool({ size: 1, milliseconds: 60_000 });
    const job = { type: "script", code, isCondition: false, variables: {}, unset: [], filled: "[]" } as const;
    await expect(patient.run(job, never)).rejects.toThrow(
      "The script failed: the thrown value can’t be displayed. Throw an Error instead.",
    );
    await patient.close();
  });

  it("ends at once when the run is cancelled, also while waiting for a thread", async () => {
    const controller = new AbortController();
    const job = { type: "script", isCondition: false, variables: {}, unset: [], filled: "[]" } as const;
    const loops = Array.from({ length: 4 }, () =>
      pool.run({ ...job, code: "for (;;) {}" }, controller.signal),
    );
    const ends = Promise.allSettled(loops);
    controller.abort(new Error("cancelled"));
    expect((await ends).map((end) => (end.status === "rejected" ? String(end.reason) : ""))).toEqual(
      loops.map(() => "Error: cancelled"),
    );
    expect(await script("1 + 1")).toBe(2);
  });
});

it("the script pool replaces a thread that died while idle", async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker) => void threads.push(thread);
  process.on("worker", note);
  const small = new ScriptThreadPool({ size: 1, milliseconds: 2000 });
  const job = { type: "liquid", template: "hi", partials: {}, variables: {} } as const;
  expect(await runValue(small, job)).toBe("hi");
  expect(() => threads[0]?.emit("error", new Error("out of memory"))).not.toThrow();
  await threads[0]?.terminate();
  expect(await runValue(small, job)).toBe("hi");
  expect(threads).toHaveLength(2);
  process.off("worker", note);
  await small.close();
});

describe("a template", () => {
  it("inserts values, and objects as JSON", async () => {
    const text = "{{ page.title | upcase }} {{ page }} {% for n in list %}{{ n }};{% endfor %}{{ nobody }}";
    expect(await liquid(text, { page: { title: "a" }, list: [1, 2] })).toBe('A {"title":"a"} 1;2;');
  });

  it("can include only the partials of its step", async () => {
    expect(await liquid("{% render 'head' %}!", {}, { head: "Hello" })).toBe("Hello!");
    await expectFailure(liquid("{% include '/etc/passwd' %}"), /“\/etc\/passwd” not found/);
    await expectFailure(liquid("{% render '../../package.json' %}"), /package\.json” not found/);
  });

  it("cannot read properties that objects inherit", async () => {
    const text = "{{ page.constructor.name }}{{ page.__proto__ }}{{ page.toString }}{{ constructor }}";
    expect(await liquid(text, { page: {} })).toBe("");
  });

  it.each<[string, string, RegExp]>([
    ["loops too long", "{% for i in (1..100000000) %}x{% endfor %}", /memory|time limit/],
    [
      "doubles a text without end",
      `{% assign s = "xxxxxxxxxx" %}${"{% assign s = s | append: s %}".repeat(40)}{{ s }}`,
      /memory/,
    ],
    ["is not valid Liquid", "a\n{% if x %}", /Couldn’t render the template at line 2/],
    ["includes itself", "{% render 'a' %}", /includes itself|stack|Couldn’t render|time limit/],
  ])("that %s fails with a reason", async (_, text, sentence) => {
    await expectFailure(liquid(text, {}, { a: "{% render 'a' %}" }), sentence);
  });

  it("that nests loops fails with a reason", async () => {
    const text = "{% for i in (1..20000) %}{% for j in (1..20000) %}xxxx{% endfor %}{% endfor %}";
    await expectFailure(liquid(text, {}, {}, hasty), /memory|time limit|6 MB/, hasty);
  });
});
