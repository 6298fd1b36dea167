import type { Browser, Page } from "@playwright/test";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import {
  type MainThreadTaskTiming,
  launchBrowser,
  openMeasuredPage,
  traceMainThreadTasksDuring,
} from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { type ColdLoadTimes, measureColdPageLoad } from "./open-cold.ts";
import { formatMilliseconds, printAlignedTextTable, computeQuantile } from "./statistics.ts";

const LENGTHS = [10, 100, 1_000];
const THROTTLES = [1, 4];
const EDITS = 40;
const DRAG_MOVES = 60;
const FRAME_MS = 1_000 / 60;
/** Minimum milliseconds of a long task, by the browser's definition. */
const LONG_TASK_MS = 50;

/** Measures the editor with 10, 100 and 1,000 steps: opening a flow, each kind of edit, dragging across the list. */
export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const api = new ApiClient(server.url);
  const browser = await launchBrowser();
  try {
    const flows: OpenedFlow[] = [];
    for (const steps of LENGTHS) {
      const { id } = await api.createFlow(buildLongFlow(`${steps} steps`, steps));
      flows.push({ steps: steps.toLocaleString("en"), address: `${server.url}/flows/${id}` });
    }
    await measureOpening(browser, flows);
    await measureEdits(browser, flows);
    await measureDrags(browser, flows);
  } finally {
    await browser.close();
    await server.discard();
  }
}

interface OpenedFlow {
  readonly steps: string;
  readonly address: string;
}

async function measureOpening(browser: Browser, flows: readonly OpenedFlow[]): Promise<void> {
  const rows = [["steps", "processor", "first step visible", "longest task", "rows mounted", "heap"]];
  for (const throttle of THROTTLES) {
    const openings: ColdLoadTimes[] = [];
    for (const { steps, address } of flows) {
      const opening = await measureColdPageLoad(browser, { address, wanted: "[data-step-id]", throttle });
      openings.push(opening);
      rows.push([
        steps,
        `${throttle}×`,
        formatMilliseconds(opening.seen),
        formatMilliseconds(opening.longest),
        String(opening.mounted),
        `${opening.heap.toFixed(1)} MB`,
      ]);
    }
    const [short, long] = [openings[0], openings.at(-1)];
    if (short && long)
      await saveFigures(
        throttle === 1
          ? { "editor-first-step": long.seen, "editor-heap": long.heap }
          : { "editor-first-step-ratio": long.seen / short.seen },
      );
  }
  printAlignedTextTable("Open the editor cold (median of 5; 4× is a processor four times as slow)", rows);
}

/** Records the milliseconds from each key press to the next painted frame, in `window.keyTimes`. */
async function timeKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { keyTimes: times });
    addEventListener(
      "keydown",
      (event) => {
        if (["Alt", "Control", "F2"].includes(event.key)) return;
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.addEventListener("message", () => times.push(performance.now() - event.timeStamp));
          channel.port1.start();
          channel.port2.postMessage(undefined);
        });
      },
      { capture: true },
    );
  });
}

async function measureEdits(browser: Browser, flows: readonly OpenedFlow[]): Promise<void> {
  const rows = [["edit", "steps", "processor", "median", "p95", "worst"]];
  let slowest = 0;
  for (const throttle of THROTTLES) {
    for (const { steps, address } of flows) {
      slowest = 0;
      for (const [name, times] of await timeEdits(browser, address, throttle)) {
        const figures = [0.5, 0.95, 1].map((share) => formatMilliseconds(computeQuantile(times, share)));
        rows.push([name, steps, `${throttle}×`, ...figures]);
        slowest = Math.max(slowest, computeQuantile(times, 0.95));
      }
    }
  }
  // The last flow is the longest, on the slowest processor.
  await saveFigures({ "edit-p95": slowest });
  printAlignedTextTable(`Edits, from the key to the next paint (${EDITS} each)`, rows);
}

async function timeEdits(browser: Browser, address: string, throttle: number) {
  const { page, close } = await openMeasuredPage(browser, throttle);
  await page.goto(address);
  const editor = new EditorPageObject(page);
  await editor.row("Step 5").focus();
  await timeKeys(page);
  const edits: Readonly<Record<string, (round: number) => Promise<void>>> = {
    toggle: () => page.keyboard.press("Space"),
    move: (round) => page.keyboard.press(round % 2 === 0 ? "Alt+ArrowDown" : "Alt+ArrowUp"),
    rename: async (round) => {
      await page.keyboard.press("F2");
      await page.getByRole("textbox", { name: /^Name of step/ }).fill(`Step five, ${round}`);
      await page.keyboard.press("Enter");
    },
    undo: () => page.keyboard.press("Control+z"),
  };
  const results: (readonly [string, readonly number[]])[] = [];
  for (const [name, edit] of Object.entries(edits)) {
    await page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes.splice(0));
    for (let round = 0; round < EDITS; round += 1) {
      await edit(round);
      await page.waitForFunction(
        (count) => (window as unknown as { keyTimes: number[] }).keyTimes.length >= count,
        round + 1,
      );
    }
    results.push([name, await page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes)]);
  }
  await close();
  return results;
}

async function measureDrags(browser: Browser, flows: readonly OpenedFlow[]): Promise<void> {
  const rows = [
    ["steps", "processor", "work per frame p50", "p95", "max", "dropped", "long tasks", "longest", "rows"],
  ];
  for (const throttle of THROTTLES) {
    for (const { steps, address } of flows) {
      const { cells, p95 } = await drag(browser, address, throttle);
      rows.push([steps, `${throttle}×`, ...cells]);
      if (address !== flows.at(-1)?.address) continue;
      await saveFigures({ [throttle === 1 ? "drag-p95" : "drag-slow-p95"]: p95 });
    }
  }
  printAlignedTextTable(
    `Drag: ${DRAG_MOVES} moves, then five seconds of auto-scroll at the lower edge`,
    rows,
  );
}

async function drag(browser: Browser, address: string, throttle: number) {
  const { page, close } = await openMeasuredPage(browser, throttle);
  await page.goto(address);
  const row = await new EditorPageObject(page).row("Step 3").boundingBox();
  if (!row) throw new Error("There is no step to drag.");
  const x = row.x + 200;
  await page.mouse.move(x, row.y + 10);
  await page.mouse.down();
  await page.mouse.move(x, row.y + 60, { steps: 5 });
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    const tick = (time: number) => {
      frames.push(time);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const tasks = await traceMainThreadTasksDuring(browser, page, async () => {
    for (let move = 0; move < DRAG_MOVES; move += 1) await page.mouse.move(x, 300 + move * 8);
    const end = Date.now() + 5_000;
    for (let side = 0; Date.now() < end; side = 1 - side) await page.mouse.move(x, 776 + side);
  });
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames);
  const mounted = await page.locator("[data-step-id]").count();
  await page.mouse.up();
  await close();
  const gaps = frames.slice(1).map((time, index) => time - (frames[index] ?? time));
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0);
  const work = workPerFrame(tasks);
  const durations = tasks.map(({ duration }) => duration);
  const cells = [
    ...[0.5, 0.95, 1].map((share) => formatMilliseconds(computeQuantile(work, share))),
    `${((100 * dropped) / (frames.length + dropped)).toFixed(1)} % of ${frames.length + dropped}`,
    String(durations.filter((duration) => duration > LONG_TASK_MS).length),
    formatMilliseconds(Math.max(...durations)),
    String(mounted),
  ];
  return { cells, p95: computeQuantile(work, 0.95) };
}

function workPerFrame(tasks: readonly MainThreadTaskTiming[]): readonly number[] {
  const begin = Math.min(...tasks.map(({ start }) => start));
  const frames = new Map<number, number>();
  for (const { start, duration } of tasks) {
    const frame = Math.floor((start - begin) / FRAME_MS);
    frames.set(frame, (frames.get(frame) ?? 0) + duration);
  }
  return [...frames.values()];
}
