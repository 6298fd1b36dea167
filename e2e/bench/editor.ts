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
import { measureColdPageLoad } from "./open-cold.ts";
import { formatMilliseconds, printAlignedTextTable, computeQuantile } from "./statistics.ts";

const LENGTHS = [10, 1_000];
const THROTTLES = [1, 4];
/** The processor of the figure for edits. */
const SLOW = 4;
const EDITS = 40;
const DRAG_MOVES = 60;
const FRAME_MS = 1_000 / 60;

/** Measures the editor: opening flows of 10 and 1,000 steps, and edits and drags in the long one. */
export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const api = new ApiClient(server.url);
  const browser = await launchBrowser();
  try {
    const addresses: string[] = [];
    for (const steps of LENGTHS) {
      const { id } = await api.createFlow(buildLongFlow(`${steps} steps`, steps));
      addresses.push(`${server.url}/flows/${id}`);
    }
    const [short = "", long = ""] = addresses;
    await measureOpening(browser, short, long);
    await measureEdits(browser, long);
    await measureDrags(browser, long);
  } finally {
    await browser.close();
    await server.discard();
  }
}

async function measureOpening(browser: Browser, short: string, long: string): Promise<void> {
  const rows = [["processor", "first of 10 steps", "first of 1,000", "heap"]];
  for (const throttle of THROTTLES) {
    const [few, many] = [
      await measureColdPageLoad(browser, { address: short, wanted: "[data-step-id]", throttle }),
      await measureColdPageLoad(browser, { address: long, wanted: "[data-step-id]", throttle }),
    ];
    const seen = [few, many].map((opening) => formatMilliseconds(opening.seen));
    rows.push([`${throttle}×`, ...seen, `${many.heap.toFixed(1)} MB`]);
    await saveFigures(
      throttle === 1
        ? { "editor-first-step": many.seen, "editor-heap": many.heap }
        : { "editor-first-step-ratio": many.seen / few.seen },
    );
  }
  printAlignedTextTable("Open the editor cold (median of 5)", rows);
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

async function measureEdits(browser: Browser, address: string): Promise<void> {
  const rows = [["edit", "median", "p95", "worst"]];
  let slowest = 0;
  for (const [name, times] of await timeEdits(browser, address)) {
    rows.push([name, ...[0.5, 0.95, 1].map((share) => formatMilliseconds(computeQuantile(times, share)))]);
    slowest = Math.max(slowest, computeQuantile(times, 0.95));
  }
  await saveFigures({ "edit-p95": slowest });
  printAlignedTextTable(
    `Edits in 1,000 steps, from the key to the next paint, ${SLOW}× (${EDITS} each)`,
    rows,
  );
}

async function timeEdits(browser: Browser, address: string) {
  const { page, close } = await openMeasuredPage(browser, SLOW);
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

async function measureDrags(browser: Browser, address: string): Promise<void> {
  const rows = [["processor", "work per frame p50", "p95", "max"]];
  for (const throttle of THROTTLES) {
    const work = await drag(browser, address, throttle);
    const [median = 0, p95 = 0, most = 0] = [0.5, 0.95, 1].map((share) => computeQuantile(work, share));
    rows.push([`${throttle}×`, ...[median, p95, most].map(formatMilliseconds)]);
    await saveFigures({ [throttle === 1 ? "drag-p95" : "drag-slow-p95"]: p95 });
  }
  const title = `Drag in 1,000 steps: ${DRAG_MOVES} moves, then five seconds of auto-scroll at the lower edge`;
  printAlignedTextTable(title, rows);
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
  const tasks = await traceMainThreadTasksDuring(browser, page, async () => {
    for (let move = 0; move < DRAG_MOVES; move += 1) await page.mouse.move(x, 300 + move * 8);
    const end = Date.now() + 5_000;
    for (let side = 0; Date.now() < end; side = 1 - side) await page.mouse.move(x, 776 + side);
  });
  await page.mouse.up();
  await close();
  return workPerFrame(tasks);
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
