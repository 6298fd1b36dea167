import type { Browser } from "@playwright/test";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { type MainThreadTaskTiming, launchBrowser, traceMainThreadTasksDuring } from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { openMeasuredPage } from "./measured-page.ts";
import { measureColdPageLoad } from "./open-cold.ts";
import { formatMilliseconds, printAlignedTextTable, computeQuantile } from "./statistics.ts";

const LENGTHS = [10, 1_000];
const THROTTLES = [1, 4];
/** The processor of the figure for edits. */
const SLOW = 4;
const EDITS = 40;
const DRAG_MOVES = 60;
const STEP = "[data-step-id]";
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
      await measureColdPageLoad(browser, { address: short, wanted: STEP, throttle }),
      await measureColdPageLoad(browser, { address: long, wanted: STEP, throttle }),
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

/** Records the milliseconds from each key press to the next painted frame, in `keyTimes`. Runs in the page. */
function timeKeys(): void {
  const times: number[] = [];
  const waitForKeyTimes = async (count: number) => {
    while (times.length < count) await new Promise(requestAnimationFrame);
  };
  Object.assign(globalThis, { keyTimes: times, waitForKeyTimes });
  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "F2") return;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.addEventListener("message", () => times.push(performance.now() - event.timeStamp));
        channel.port1.start();
        channel.port2.postMessage(undefined);
      });
    },
    { capture: true },
  );
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
  const page = await openMeasuredPage(browser, SLOW);
  await page.measureFirstPaint(address, STEP);
  await page.focusStep(4);
  await page.evaluate(timeKeys);
  const edits: Readonly<Record<string, (round: number) => Promise<void>>> = {
    toggle: () => page.pressKey("Space"),
    move: (round) => page.pressKey(round % 2 === 0 ? "ArrowDown" : "ArrowUp", "Alt"),
    rename: async (round) => {
      await page.pressKey("F2");
      await page.evaluate(waitForSelectedName);
      await page.insertText(`Step five, ${round}`);
      await page.pressKey("Enter");
    },
    undo: () => page.pressKey("KeyZ", "Control"),
  };
  const results: (readonly [string, readonly number[]])[] = [];
  for (const [name, edit] of Object.entries(edits)) {
    await page.evaluate("keyTimes.splice(0)");
    for (let round = 0; round < EDITS; round += 1) {
      await edit(round);
      await page.evaluate(`waitForKeyTimes(${round + 1})`);
    }
    results.push([name, await page.evaluate<readonly number[]>("keyTimes")]);
  }
  await page.close();
  return results;
}

/** Runs in the page. */
async function waitForSelectedName(): Promise<void> {
  const isSelected = (field: Element | null) =>
    field instanceof HTMLInputElement &&
    field.selectionStart === 0 &&
    field.selectionEnd === field.value.length;
  while (!isSelected(document.activeElement)) await new Promise(requestAnimationFrame);
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
  const page = await openMeasuredPage(browser, throttle);
  await page.measureFirstPaint(address, STEP);
  const { x, y } = await page.findPointOfStep(2);
  await page.moveMouse(x, y);
  await page.pressMouse(x, y);
  for (let move = 1; move <= 5; move += 1) await page.moveMouse(x, y + move * 10, true);
  const tasks = await traceMainThreadTasksDuring(browser, async () => {
    for (let move = 0; move < DRAG_MOVES; move += 1) await page.moveMouse(x, 300 + move * 8, true);
    const end = Date.now() + 5_000;
    for (let side = 0; Date.now() < end; side = 1 - side) await page.moveMouse(x, 776 + side, true);
  });
  await page.releaseMouse(x, 776);
  await page.close();
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
