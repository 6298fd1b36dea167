import { type Browser, type CDPSession, type Page, chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromiumExecutablePath } from "#e2e/find-browsers.mjs";

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromiumExecutablePath(),
    args: [...CHROMIUM_FLAGS, "--enable-precise-memory-info"],
  });
}

export interface PageWithDevToolsSession {
  readonly page: Page;
  readonly session: CDPSession;
  readonly close: () => Promise<void>;
}

/**
 * Opens a page in a new profile, so nothing is cached. `throttle` is the factor of CPU slowdown. For Playwright, V8 parses
 * the first script again where React creates errors ahead, which no user waits for: 50 ms at 1× of the evaluation.
 */
export async function openMeasuredPage(browser: Browser, throttle: number): Promise<PageWithDevToolsSession> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: throttle });
  return { page, session, close: () => context.close() };
}

/** Records when the first element that matches the selector is painted, in milliseconds since the navigation began. */
export async function installFirstPaintRecorder(page: Page, selector: string): Promise<void> {
  await page.addInitScript((wanted) => {
    const look = () => {
      if (document.querySelector(wanted) === null) return requestAnimationFrame(look);
      const channel = new MessageChannel();
      channel.port1.addEventListener("message", () =>
        Object.assign(window, { firstSeen: performance.now() }),
      );
      channel.port1.start();
      return channel.port2.postMessage(undefined);
    };
    look();
  }, selector);
}

export async function waitForRecordedFirstPaintMs(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => (window as { firstSeen?: number }).firstSeen);
  return Number(await handle.jsonValue());
}

/** Returns the megabytes of JavaScript heap in use after a garbage collection. */
export async function measurePageHeapMegabytes(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 2 ** 20;
}

export interface MainThreadTaskTiming {
  /** `start` and `duration` are in milliseconds. */
  readonly start: number;
  readonly duration: number;
  /** Whether the task gave a drawn frame to the compositor. */
  readonly isFrame: boolean;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** What the thread worked, without the time that other programs had the processor. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Records every task of the page's main thread while `act` runs. */
export async function traceMainThreadTasksDuring(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<readonly MainThreadTaskTiming[]> {
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const mains = traceEvents.filter(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  const isMain = (event: TraceEvent) => mains.some(({ pid, tid }) => pid === event.pid && tid === event.tid);
  const commits = traceEvents.filter((event) => event.name === "Commit" && isMain(event)).map(({ ts }) => ts);
  return traceEvents
    .filter((event) => event.ph === "X" && event.name === "RunTask" && isMain(event))
    .map(({ ts, dur = 0, tdur = dur }) => ({
      start: ts / 1_000,
      duration: tdur / 1_000,
      isFrame: commits.some((at) => at >= ts && at <= ts + dur),
    }))
    .toSorted((a, b) => a.start - b.start);
}
