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
  ) as object;
  const figures = await readFigures();
  for (const [route, { gzip }] of Object.entries(budgets))
    expect(figures[`bundle-${route}`]?.atMost, route).toBe(gzip / 1_000);
});
