import { readFile } from "node:fs/promises";
import { runInNewContext } from "node:vm";
import { parse } from "acorn";
import { resolveConfig } from "vite";
import { expect, it } from "vitest";

const SOURCE = "src/client/app/boot.js";

/** Returns the script that the build writes into the page. */
async function buildBootScript(): Promise<string> {
  const { plugins } = await resolveConfig({ configFile: "vite.config.ts", logLevel: "error" }, "build");
  const transform = plugins.find(({ name }) => name === "flowline-boot-script")?.transformIndexHtml;
  if (typeof transform !== "object") throw new Error("The plugin changes no page.");
  const page: string = await Reflect.apply(transform.handler, {}, [await readFile("index.html", "utf8")]);
  const [, script = ""] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  return script;
}

it("boot.js, which runs before the app, can be parsed by ES5-only browsers, as written and as built", async () => {
  const sources = [await readFile(SOURCE, "utf8"), await buildBootScript()];
  for (const source of sources) {
    expect(source).toContain("unsupported-browser");
    expect(() => parse(source, { ecmaVersion: 5 })).not.toThrow();
  }
});

/** Runs boot.js in a page without elements. Returns a function that reports whether a later listener hears an event. */
async function runBootScript(): Promise<(type: string) => boolean> {
  const page = new EventTarget();
  runInNewContext(await readFile(SOURCE, "utf8"), {
    window: {},
    location: { pathname: "/flows/flow_1" },
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
