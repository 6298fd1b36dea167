import { readFile } from "node:fs/promises";
import { runInNewContext } from "node:vm";
import { parse } from "acorn";
import { resolveConfig } from "vite";
import { expect, it } from "vitest";

/** Returns the script that the build writes. */
async function buildBootScript(): Promise<string> {
  const { plugins } = await resolveConfig({ configFile: "vite.config.ts", logLevel: "error" }, "build");
  const generate = plugins.find(({ name }) => name === "flowline-boot-script")?.generateBundle;
  if (typeof generate !== "function") throw new Error("The plugin writes no bundle.");
  let built = "";
  const emitFile = ({ source }: { readonly source: string }) => (built = source);
  await Reflect.apply(generate, { emitFile }, [{}, {}, false]);
  return built;
}

it("boot.js, which runs before the app, can be parsed by ES5-only browsers, as written and as built", async () => {
  const sources = [await readFile("public/boot.js", "utf8"), await buildBootScript()];
  for (const source of sources) {
    expect(source).toContain("unsupported-browser");
    expect(() => parse(source, { ecmaVersion: 5 })).not.toThrow();
  }
});

/** Runs boot.js in a page without elements. Returns a function that reports whether a later listener hears an event. */
async function runBootScript(): Promise<(type: string) => boolean> {
  const page = new EventTarget();
  runInNewContext(await readFile("public/boot.js", "utf8"), {
    window: {},
    document: { documentElement: { setAttribute: () => undefined }, querySelector: () => null },
    localStorage: { getItem: () => null },
    matchMedia: () => ({ matches: false }),
    addEventListener: page.addEventListener.bind(page),
    HTMLElement: { prototype: { popover: null } },
    CSS: { supports: () => true },
    AbortSignal,
  });
  return (type) => {
    let isHeard = false;
    const listener = () => (isHeard = true);
    page.addEventListener(type, listener);
    page.dispatchEvent(Object.defineProperty(new Event(type), "timeStamp", { value: 1000 }));
    page.removeEventListener(type, listener);
    return isHeard;
  };
}

it("boot.js drops the second of two copy events for one key press, but no copy event for another click", async () => {
  const dispatch = await runBootScript();
  const heard = ["keydown", "copy", "copy", "click", "copy", "click", "copy"].map(dispatch);
  expect(heard).toEqual([true, true, false, true, true, true, true]);
});
