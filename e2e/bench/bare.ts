import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "@playwright/test";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { serveBarePages } from "./bare-pages.ts";
import { type MainThreadTaskTiming, launchBrowser, traceMainThreadTasksDuring } from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { type MeasuredPage, openMeasuredPage } from "./measured-page.ts";
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
  // Without a trace, which takes as much of the processors as the page.
  const untraced = await openMeasuredPage(browser, throttle);
  const firstRow = await untraced.measureFirstPaint(address, WANTED);
  await untraced.close();
  const page = await openMeasuredPage(browser, throttle);
  const opening = await traceMainThreadTasksDuring(browser, async () => {
    await page.measureFirstPaint(address, WANTED);
    await sleep(QUIET_MS);
  });
  await page.focusStep(4);
  // Loads what the editor loads at the first use.
  await page.moveMouse(300, 300);
  await sleep(QUIET_MS);
  await pressSpace(page);
  const toggles: MainThreadTaskTiming[][] = [];
  for (let round = 0; round < TOGGLES; round += 1)
    toggles.push([...(await traceMainThreadTasksDuring(browser, () => pressSpace(page)))]);
  const drag = address.endsWith("/plain") ? [] : await measureDrag(browser, page);
  await page.close();
  return {
    firstRow,
    longestOpening: longest(opening),
    toggle: computeMedian(toggles.map((tasks) => total(tasks.slice(0, frameEnd(tasks))))),
    afterToggle: computeMedian(toggles.map((tasks) => total(tasks.slice(frameEnd(tasks))))),
    dragTotal: total(drag),
    worstDragTask: longest(drag),
  };
}

async function pressSpace(page: MeasuredPage): Promise<void> {
  await page.pressKey("Space");
  await sleep(AFTER_TOGGLE_MS);
}

async function measureDrag(browser: Browser, page: MeasuredPage): Promise<readonly MainThreadTaskTiming[]> {
  const { x, y } = await page.findPointOfStep(2);
  await page.moveMouse(x, y);
  await sleep(AFTER_TOGGLE_MS);
  return traceMainThreadTasksDuring(browser, async () => {
    await page.pressMouse(x, y);
    for (let move = 0; move < DRAG_MOVES; move += 1) {
      await page.moveMouse(x, y + move * 7, true);
      await page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            requestAnimationFrame(() => setTimeout(resolve));
          }),
      );
    }
    await page.releaseMouse(x, y + DRAG_MOVES * 7);
    await sleep(AFTER_TOGGLE_MS);
  });
}

const frameEnd = (tasks: readonly MainThreadTaskTiming[]) => tasks.findIndex(({ isFrame }) => isFrame) + 1;
const total = (tasks: readonly MainThreadTaskTiming[]) =>
  tasks.reduce((sum, { duration }) => sum + duration, 0);
const longest = (tasks: readonly MainThreadTaskTiming[]) =>
  Math.max(0, ...tasks.map(({ duration }) => duration));
