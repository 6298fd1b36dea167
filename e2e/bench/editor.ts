import type { Browser, Page } from "@playwright/test";
import { buildLongFlow } from "#core/flow-builder.ts";
import { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { startServer } from "#e2e/harness/server.ts";
import {
  type Task,
  firstSeen,
  heapMegabytes,
  launchBrowser,
  openPage,
  traceTasks,
  watchFirst,
} from "./browser.ts";
import { formatMs, median, printTable, quantile } from "./statistics.ts";

const COLD_ROUNDS = 5;
const EDITS = 40;
const FRAME_MS = 1_000 / 60;

/** The editor with 10 and with 1,000 steps: opening it, each kind of edit, a drag across the list. */
export async function measure(): Promise<void> {
  const server = await startServer({ build: "server" });
  const api = new Api(server.url);
  const browser = await launchBrowser();
  try {
    const short = await api.createFlow(buildLongFlow("Ten steps", 10));
    const long = await api.createFlow(buildLongFlow("A thousand steps", 1_000));
    const addresses = { "10": `${server.url}/flows/${short.id}`, "1,000": `${server.url}/flows/${long.id}` };
    await measureOpening(browser, addresses);
    for (const throttle of [1, 4]) await measureEdits(browser, addresses["1,000"], throttle);
    for (const throttle of [1, 4]) await measureDrag(browser, addresses["1,000"], throttle);
  } finally {
    await browser.close();
    await server.discard();
  }
}

async function measureOpening(browser: Browser, addresses: Readonly<Record<string, string>>): Promise<void> {
  const rows = [["steps", "processor", "first step visible", "longest task", "rows mounted", "heap"]];
  for (const throttle of [1, 4]) {
    for (const [steps, address] of Object.entries(addresses)) {
      const times: number[] = [];
      const longest: number[] = [];
      let mounted = 0;
      let heap = 0;
      for (let round = 0; round < COLD_ROUNDS; round += 1) {
        const { page, session, close } = await openPage(browser, throttle);
        await watchFirst(page, "[data-step-id]");
        const tasks = await traceTasks(browser, page, async () => {
          await page.goto(address);
          times.push(await firstSeen(page));
          await page.waitForLoadState("networkidle");
        });
        longest.push(Math.max(...tasks.map(({ duration }) => duration)));
        mounted = await page.locator("[data-step-id]").count();
        heap = await heapMegabytes(session);
        await close();
      }
      rows.push([
        steps,
        `${throttle}×`,
        formatMs(median(times)),
        formatMs(median(longest)),
        String(mounted),
        `${heap.toFixed(1)} MB`,
      ]);
    }
  }
  printTable("Open the editor cold (median of 5; 4× is a processor four times as slow)", rows);
}

/** Times each marked key from its event to after the next frame was drawn. */
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

async function measureEdits(browser: Browser, address: string, throttle: number): Promise<void> {
  const { page, close } = await openPage(browser, throttle);
  await page.goto(address);
  const editor = new Editor(page);
  await editor.row("Step 5").focus();
  await timeKeys(page);
  const edits: Readonly<Record<string, (round: number) => Promise<void>>> = {
    "toggle a step": () => page.keyboard.press("Space"),
    "move a step": (round) => page.keyboard.press(round % 2 === 0 ? "Alt+ArrowDown" : "Alt+ArrowUp"),
    "rename a step": async (round) => {
      await page.keyboard.press("F2");
      await page.getByRole("textbox", { name: /^Name of step/ }).fill(`Step five, ${round}`);
      await page.keyboard.press("Enter");
    },
    "undo an edit": () => page.keyboard.press("Control+z"),
  };
  const rows = [["edit", "median", "p95", "worst"]];
  for (const [name, edit] of Object.entries(edits)) {
    await page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes.splice(0));
    for (let round = 0; round < EDITS; round += 1) {
      await edit(round);
      await page.waitForFunction(
        (count) => (window as unknown as { keyTimes: number[] }).keyTimes.length >= count,
        round + 1,
      );
    }
    const times = await page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes);
    rows.push([name, ...[0.5, 0.95, 1].map((share) => formatMs(quantile(times, share)))]);
  }
  printTable(`Edit a flow of 1,000 steps, key to next paint, ${throttle}× (${EDITS} each)`, rows);
  await close();
}

async function measureDrag(browser: Browser, address: string, throttle: number): Promise<void> {
  const { page, close } = await openPage(browser, throttle);
  await page.goto(address);
  const row = await new Editor(page).row("Step 3").boundingBox();
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
  const tasks = await traceTasks(browser, page, async () => {
    for (let y = 300; y < 780; y += 8) await page.mouse.move(x, y);
    // At the lower edge the list scrolls by itself.
    const end = Date.now() + 5_000;
    for (let side = 0; Date.now() < end; side = 1 - side) await page.mouse.move(x, 776 + side);
  });
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames);
  const mounted = await page.locator("[data-step-id]").count();
  await page.mouse.up();
  const gaps = frames.slice(1).map((time, index) => time - (frames[index] ?? time));
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0);
  const work = workPerFrame(tasks);
  printTable(`Drag across 1,000 steps with auto-scroll, ${throttle}×`, [
    ["main-thread work per frame, p95", formatMs(quantile(work, 0.95))],
    ["longest task", formatMs(Math.max(...tasks.map(({ duration }) => duration)))],
    [
      "dropped frames",
      `${((100 * dropped) / (frames.length + dropped)).toFixed(1)} % of ${frames.length + dropped}`,
    ],
    ["rows mounted", String(mounted)],
  ]);
  await close();
}

/** Milliseconds of tasks in each sixtieth of a second. */
function workPerFrame(tasks: readonly Task[]): readonly number[] {
  const begin = Math.min(...tasks.map(({ start }) => start));
  const frames = new Map<number, number>();
  for (const { start, duration } of tasks) {
    const frame = Math.floor((start - begin) / FRAME_MS);
    frames.set(frame, (frames.get(frame) ?? 0) + duration);
  }
  return [...frames.values()];
}
