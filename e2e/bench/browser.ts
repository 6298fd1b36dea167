import { type Browser, chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromiumExecutablePath } from "#e2e/find-browsers.mjs";

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromiumExecutablePath(),
    args: [...CHROMIUM_FLAGS, "--enable-precise-memory-info"],
  });
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

/** Records every task of the main threads of the browser's pages while `act` runs. */
export async function traceMainThreadTasksDuring(
  browser: Browser,
  act: () => Promise<void>,
): Promise<readonly MainThreadTaskTiming[]> {
  await browser.startTracing(undefined, { categories: ["disabled-by-default-devtools.timeline"] });
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
