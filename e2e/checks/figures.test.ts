import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readFigures, renderFigureFiles } from "#e2e/bench/figures.ts";

it("the README and the picture show the figures of figures.json", async () => {
  for (const [path, text] of await renderFigureFiles()) expect(await readFile(path, "utf8"), path).toBe(text);
});

it("the aims for the sizes of the JavaScript are the budgets", async () => {
  const budgets = JSON.parse(
    await readFile(join(import.meta.dirname, "..", "bench", "budgets.json"), "utf8"),
  ) as Record<string, { readonly gzip: number }>;
  const figures = await readFigures();
  for (const route of ["list", "editor"])
    expect(figures[`bundle-${route}`]?.atMost, route).toBe((budgets[route]?.gzip ?? 0) / 1_000);
});
