import type { Browser, Page } from "@playwright/test";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { serveBarePages } from "./bare-pages.ts";
import {
  type MainThreadTaskTiming,
  installFirstPaintRecorder,
  launchBrowser,
  openMeasuredPage,
  traceMainThreadTasksDuring,
  waitForRecordedFirstPaintMs,
} from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { computeMedian, formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const STEPS = 1_000;
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const TOGGLES = 10;
const DRAG_MOVES = 60;
const WANTED = "[data-step-id]";
/** Until everything that follows an opening or a toggle has run. */
const QUIET_MS = 1_500;
const AFTER_TOGGLE_MS = 400;

interface PageFigures {
  readonly firstRow: number;
  readonly longestOpening: number;
  /** All work of the main thread from the key to the first frame, and after that. */
  readonly toggle: number;
  readonly afterToggle: number;
  readonly dragTotal: number;
  readonly worstDragTask: number;
}

/** Compares the editor with bare pages that draw the same 1,000 steps, in turns, in one run. */
export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const browser = await launchBrowser();
  const flow = buildLongFlow(`${STEPS} steps`, STEPS);
  const bare = await serveBarePages(flow);
  try {
    const { id } = await new ApiClient(server.url).createFlow(flow);
    const pages = { editor: `${server.url}/flows/${id}`, react: bare.url, plain: `${bare.url}/plain` };
    for (const throttle of [1, 4]) {
      const measured = { editor: [], react: [], plain: [] } as Record<keyof typeof pages, PageFigures[]>;
      for (let round = 0; round < ROUNDS; round += 1)
        for (const name of ["react", "editor", "plain"] as const)
          measured[name].push(await measurePage(browser, pages[name], throttle));
      const median = (name: keyof typeof pages, part: keyof PageFigures) =>
        computeMedian(measured[name].map((figures) => figures[part]));
      printAlignedTextTable(`The editor beside bare pages of ${STEPS} steps, ${throttle}×`, [
        [
          "page",
          "first row",
          "longest task, opening",
          "toggle to frame",
          "afterwards",
          "drag",
          "its longest task",
        ],
        ...(["editor", "react", "plain"] as const).map((name) => [
          name,
          ...(
            ["firstRow", "longestOpening", "toggle", "afterToggle", "dragTotal", "worstDragTask"] as const
          ).map((part) => formatMilliseconds(median(name, part))),
        ]),
      ]);
      const ratio = (part: keyof PageFigures, other: "react" | "plain") =>
        median("editor", part) / median(other, part);
      await saveFigures(
        throttle === 1
          ? {
              "bare-first-step-ratio": ratio("firstRow", "react"),
              "opening-longest-task": median("editor", "longestOpening"),
            }
          : {
              "bare-toggle-ratio": ratio("toggle", "plain"),
              "bare-drag-excess": Math.max(
                0,
                median("editor", "worstDragTask") - median("react", "worstDragTask"),
              ),
            },
      );
    }
  } finally {
    await browser.close();
    bare.close();
    await server.discard();
  }
}

async function measurePage(browser: Browser, address: string, throttle: number): Promise<PageFigures> {
  const { page, close } = await openMeasuredPage(browser, throttle);
  await installFirstPaintRecorder(page, WANTED);
  let firstRow = 0;
  const opening = await traceMainThreadTasksDuring(browser, page, async () => {
    await page.goto(address);
    firstRow = await waitForRecordedFirstPaintMs(page);
    await page.waitForTimeout(QUIET_MS);
  });
  const rows = page.locator(WANTED);
  await rows.nth(4).focus();
  // Loads what the editor loads at the first use.
  await page.mouse.move(300, 300);
  await page.waitForTimeout(QUIET_MS);
  await pressSpace(page);
  const toggles: MainThreadTaskTiming[][] = [];
  for (let round = 0; round < TOGGLES; round += 1)
    toggles.push([...(await traceMainThreadTasksDuring(browser, page, () => pressSpace(page)))]);
  const drag = address.endsWith("/plain") ? [] : await measureDrag(browser, page);
  await close();
  return {
    firstRow,
    longestOpening: longest(opening),
    toggle: computeMedian(toggles.map((tasks) => total(tasks.slice(0, frameEnd(tasks))))),
    afterToggle: computeMedian(toggles.map((tasks) => total(tasks.slice(frameEnd(tasks))))),
    dragTotal: total(drag),
    worstDragTask: longest(drag),
  };
}

async function pressSpace(page: Page): Promise<void> {
  await page.keyboard.press("Space");
  await page.waitForTimeout(AFTER_TOGGLE_MS);
}

async function measureDrag(browser: Browser, page: Page): Promise<readonly MainThreadTaskTiming[]> {
  const row = await page.locator(WANTED).nth(2).boundingBox();
  if (!row) throw new Error("There is no step to drag.");
  const x = row.x + 200;
  await page.mouse.move(x, row.y + 10);
  await page.waitForTimeout(AFTER_TOGGLE_MS);
  return traceMainThreadTasksDuring(browser, page, async () => {
    await page.mouse.down();
    for (let move = 0; move < DRAG_MOVES; move += 1) {
      await page.mouse.move(x, row.y + 10 + move * 7);
      await page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            requestAnimationFrame(() => setTimeout(resolve));
          }),
      );
    }
    await page.mouse.up();
    await page.waitForTimeout(AFTER_TOGGLE_MS);
  });
}

const frameEnd = (tasks: readonly MainThreadTaskTiming[]) => tasks.findIndex(({ isFrame }) => isFrame) + 1;
const total = (tasks: readonly MainThreadTaskTiming[]) =>
  tasks.reduce((sum, { duration }) => sum + duration, 0);
const longest = (tasks: readonly MainThreadTaskTiming[]) =>
  Math.max(0, ...tasks.map(({ duration }) => duration));
