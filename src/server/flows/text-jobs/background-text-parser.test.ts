import { afterAll, describe, expect, it } from "vitest";
import { MAX_MAIN_THREAD_CHARACTERS, createBackgroundTextParser } from "./background-text-parser.ts";

const reader = createBackgroundTextParser();
afterAll(() => reader.close());

const long = (text: string) => text.padEnd(MAX_MAIN_THREAD_CHARACTERS + 1);

it("the background text parser returns the same result in a thread as inline", async () => {
  for (const text of ["{{ a.b }}{% assign c = d %}{{ c }}", "{% if"]) {
    const [short, far] = await Promise.all(
      [text, long(text)].map((text) => reader.read("readLiquid", text.length, { text, hidden: ["x"] })),
    );
    expect(far).toEqual(short);
  }
  for (const code of ['return "{{a}}" + {{b}} /* {{c}} */', "return ("]) {
    const [short, far] = await Promise.all(
      [code, long(code)].map((code) => reader.read("findEnclosingSyntax", code.length, { code })),
    );
    expect(far).toEqual(short);
  }
});

describe("the background text parser rejects, and still works afterwards:", () => {
  const small = createBackgroundTextParser({ milliseconds: 60_000, queue: 1 });
  afterAll(() => small.close());
  const code = `for (;;) { ${"a => ({ a, b: [a.b.c] }); ".repeat(60_000)} }`;

  it("a text that takes too long", async () => {
    const hard = createBackgroundTextParser({ milliseconds: 1 });
    await expect(hard.read("findEnclosingSyntax", code.length, { code })).rejects.toMatchObject({
      kind: "slow",
    });
    await hard.close();
  });

  it("more texts than fit into its queue", async () => {
    const reading = Array.from({ length: 4 }, () => small.read("findEnclosingSyntax", code.length, { code }));
    const ended = await Promise.allSettled(reading);
    const busy = ended.filter((end) => end.status === "rejected" && end.reason.kind === "busy");
    expect(busy).toHaveLength(2);
    expect(await small.read("findEnclosingSyntax", 1e6, { code: "1" })).toEqual([]);
  });
});

it("the background text parser does not block the server's own thread", async () => {
  await reader.read("findEnclosingSyntax", MAX_MAIN_THREAD_CHARACTERS + 1, { code: "1" });
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  const code = `${"a => ({ a, b: [a.b.c] });\n".repeat(60_000)}"{{x}}"`;
  await reader.read("findEnclosingSyntax", code.length, { code }).catch(() => undefined);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(0);
});
