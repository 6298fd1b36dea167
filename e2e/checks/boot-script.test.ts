import { readFile } from "node:fs/promises";
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
