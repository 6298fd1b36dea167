import { expect, it } from "vitest";
import { parseScript } from "./parse-script.ts";

const DEEP = 6000;

it.each([..."( [ { a=> `${ ! a? if(a) a+ a** f( ({a:".split(" "), "new ", "class A extends ("])(
  "reports where the nesting of repeated %j becomes too deep, before the call stack overflows",
  (piece) => {
    const text = piece.repeat(DEEP);
    const parsed = parseScript(text);
    expect(parsed).toMatchObject({
      type: "fault",
      fault: { code: "bad-code", message: "Code is nested too deeply." },
    });
    const from = parsed.type === "fault" ? parsed.fault.from : 0;
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThan(text.length / 4);
  },
);

it.each([
  ["parentheses", `${"(".repeat(120)}1${")".repeat(120)}`],
  ["functions", `${"function f(){".repeat(100)}${"}".repeat(100)}`],
  ["templates", `${"`${".repeat(100)}1${"}`".repeat(100)}`],
  ["a long chain of calls", `x${".then(() => 1)".repeat(2000)}`],
])("the script parser accepts %s", (_, text) => {
  expect(parseScript(text).type).toBe("script");
});
