import type { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import type { JsonValue } from "#core/json.ts";
import { ScriptPool } from "./script-pool.ts";

const pool = new ScriptPool({ milliseconds: 2000 });
afterAll(() => pool.close());
const never = new AbortController().signal;

const json = (variables: Record<string, JsonValue>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));

function script(code: string, variables: Record<string, JsonValue> = {}, isCondition = false) {
  const job = {
    type: "script",
    code,
    isCondition,
    variables: json(variables),
    unset: [],
    filled: "[]",
  } as const;
  return pool.run(job, never);
}

function liquid(template: string, variables: Record<string, JsonValue> = {}, partials = {}) {
  return pool.run({ type: "liquid", template, partials, variables: json(variables) }, never);
}

/** Whatever went wrong before, the next one runs. */
async function refuses(running: Promise<unknown>, sentence: RegExp): Promise<void> {
  await expect(running).rejects.toThrow(sentence);
  expect(await script("1 + 1")).toBe(2);
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
    ["a comment at the end", "return 1 // done", 1],
    ["console", "console.log(page); return 1", 1],
  ])("reads and returns: %s", async (_, code, result) => {
    expect(await script(code, { page })).toEqual(result);
  });

  it.each([
    ["needsReview === true", true],
    ["!needsReview", false],
    ["needsReview && 'text'", true],
    ["return needsReview ? 0 : 1", false],
  ])("as a condition is true or false: %s", async (code, result) => {
    expect(await script(code, { needsReview: true }, true)).toBe(result);
  });

  it("finds nothing of the process, the network or other runs", async () => {
    const names = "['process','require','fetch','Worker','Deno','performance','module','setTimeout']";
    expect(await script(`return ${names}.filter((name) => typeof globalThis[name] !== 'undefined')`)).toEqual(
      [],
    );
    expect(await script("return this === undefined ? 'none' : typeof this.constructor")).not.toBe("process");
    await script("globalThis.left = 'behind'; Array.prototype.map = () => 'broken'; return 1");
    expect(await script("return [typeof left, [1].map(String)]")).toEqual(["undefined", ["1"]]);
    await expect(script("return import('node:fs')")).rejects.toThrow();
  });

  it("cannot spoil how its result is written", async () => {
    expect(
      await script("JSON.stringify = () => 'x'; Promise.prototype.then = null; return { a: 1 }"),
    ).toEqual({ a: 1 });
  });

  it.each<[string, string, RegExp]>([
    ["loops", "while (true) {}", /ran for too long/],
    ["loops over promises", "while (true) await null", /ran for too long/],
    ["searches for ever", "return /^(a+)+$/.test('a'.repeat(40) + 'b')", /too long|longer than/],
    ["eats memory", "return new Array(1e7).fill('abc').join('-')", /64 MB of memory/],
    ["doubles a text", "let s = 'xxxxxxxxxx'; while (true) s += s + 'a'", /string too long|64 MB of memory/],
    ["throws", "const a = 1;\nthrow new Error('no luck')", /failed at line 2: Error: no luck/],
    ["throws no error", "throw { code: 7 }", /failed: .*7/],
    ["reads nothing", "return input.page.title", /failed at line 1: TypeError/],
    ["uses an unknown name", "return pgae", /ReferenceError: '?pgae'? is not defined/],
    ["is no code", "return (", /not JavaScript at line 1: /],
    ["returns a cycle", "const a = {}; a.a = a; return a", /holds itself/],
    ["returns 50 MB", "return 'x'.repeat(50_000_000)", /larger than the 6 MB|64 MB of memory/],
    ["returns a BigInt", "return 10n", /BigInt/],
    ["calls itself", "const f = () => f() + 1; return f()", /too deeply|stack/],
    [
      "nests its result",
      "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a",
      /too deeply|stack|memory/,
    ],
    ["waits for ever", "await new Promise(() => {})", /never happens/],
    ["throws from a getter", "return { get a() { throw new Error('from within') } }", /from within/],
  ])("that %s fails with a reason", async (_, code, sentence) => {
    await refuses(script(code), sentence);
  });

  it("ends at once when the run is cancelled, also while it waits for a thread", async () => {
    const controller = new AbortController();
    const job = { type: "script", isCondition: false, variables: {}, unset: [], filled: "[]" } as const;
    const loops = Array.from({ length: 4 }, () =>
      pool.run({ ...job, code: "for (;;) {}" }, controller.signal),
    );
    const settled = Promise.allSettled(loops);
    controller.abort(new Error("cancelled"));
    expect((await settled).map((end) => (end.status === "rejected" ? String(end.reason) : ""))).toEqual(
      loops.map(() => "Error: cancelled"),
    );
    expect(await script("1 + 1")).toBe(2);
  });
});

it("starts another thread where one has died with nothing to do", async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker) => void threads.push(thread);
  process.on("worker", note);
  const small = new ScriptPool({ size: 1, milliseconds: 2000 });
  const job = { type: "liquid", template: "hi", partials: {}, variables: {} } as const;
  expect(await small.run(job, never)).toBe("hi");
  expect(() => threads[0]?.emit("error", new Error("out of memory"))).not.toThrow();
  await threads[0]?.terminate();
  expect(await small.run(job, never)).toBe("hi");
  expect(threads).toHaveLength(2);
  process.off("worker", note);
  await small.close();
});

describe("a template", () => {
  it("fills in values, objects as JSON", async () => {
    const text = "{{ page.title | upcase }} {{ page }} {% for n in list %}{{ n }};{% endfor %}{{ nobody }}";
    expect(await liquid(text, { page: { title: "a" }, list: [1, 2] })).toBe('A {"title":"a"} 1;2;');
  });

  it("includes its partials and nothing else", async () => {
    expect(await liquid("{% render 'head' %}!", {}, { head: "Hello" })).toBe("Hello!");
    await refuses(liquid("{% include '/etc/passwd' %}"), /“\/etc\/passwd”, which is not among its partials/);
    await refuses(liquid("{% render '../../package.json' %}"), /not among its partials/);
  });

  it("sees nothing but own properties", async () => {
    const text = "{{ page.constructor.name }}{{ page.__proto__ }}{{ page.toString }}{{ constructor }}";
    expect(await liquid(text, { page: {} })).toBe("");
  });

  it.each<[string, string, RegExp]>([
    ["loops", "{% for i in (1..100000000) %}x{% endfor %}", /memory|too long/],
    [
      "nests loops",
      "{% for i in (1..20000) %}{% for j in (1..20000) %}xxxx{% endfor %}{% endfor %}",
      /memory|too long|6 MB/,
    ],
    [
      "doubles",
      `{% assign s = "xxxxxxxxxx" %}${"{% assign s = s | append: s %}".repeat(40)}{{ s }}`,
      /memory/,
    ],
    ["is no Liquid", "a\n{% if x %}", /cannot be filled at line 2/],
    ["includes itself", "{% render 'a' %}", /includes itself|too deeply|stack|cannot be filled/],
  ])("that %s fails with a reason", async (_, text, sentence) => {
    await refuses(liquid(text, {}, { a: "{% render 'a' %}" }), sentence);
  });
});
