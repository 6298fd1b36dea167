import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { openPuppeteerPage } from "./puppeteer-page.ts";
import { type WalkResult, walk } from "./walk.ts";
import { openWebKitPage } from "./webkit-page.ts";

const ENGINES = ["firefox", "chromium", "webkit"] as const;
type Engine = (typeof ENGINES)[number];

/** Walks in the named browsers, one after the other, and prints what each took. Sets the exit code if a walk fails. */
export async function runWalks(names: readonly string[]): Promise<void> {
  const results: WalkResult[] = [];
  for (const name of names) {
    const engine = ENGINES.find((known) => known === name);
    if (!engine) throw new Error(`There is no browser “${name}”. Known: ${ENGINES.join(", ")}.`);
    const result = await runWalk(engine).catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      return undefined;
    });
    if (result) results.push(result);
  }
  if (results.length === 0) return;
  const actions = results[0]?.steps.map(({ action }) => action) ?? [];
  console.log(`| | ${results.map(({ browser }) => browser).join(" | ")} |`);
  console.log(`| --- |${" --- |".repeat(results.length)}`);
  for (const action of actions) {
    const cells = results.map(({ steps }) => {
      const step = steps.find((candidate) => candidate.action === action);
      return step ? `✓ ${step.seconds.toFixed(1)} s` : "✗";
    });
    console.log(`| ${action} | ${cells.join(" | ")} |`);
  }
}

async function runWalk(engine: Engine): Promise<WalkResult> {
  const server = await startBuiltServer();
  const page = await (engine === "webkit" ? openWebKitPage() : openPuppeteerPage(engine));
  try {
    return await walk(page, server.url);
  } catch (error) {
    const directory = "test-results";
    await mkdir(directory, { recursive: true });
    const image = await page.screenshot().catch(() => undefined);
    if (image) writeFileSync(`${directory}/walk-${engine}.png`, image);
    throw error;
  } finally {
    await page.close();
    await server.discard();
  }
}
