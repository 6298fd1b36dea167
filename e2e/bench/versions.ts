import type { Browser, Page } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import {
  measurePageHeapMegabytes,
  launchBrowser,
  openMeasuredPage,
  traceMainThreadTasksDuring,
} from "./browser.ts";
import { generateStepListsOfSuccessiveFlowVersions } from "./changing-flow.ts";
import { saveFigures } from "./figures.ts";
import { measureColdPageLoad } from "./open-cold.ts";
import { formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const SIZES = [10, Number(process.env["VERSIONS"] ?? 1_000)];
const THROTTLES = [1, 4];
const ROW = "[data-versions] [data-row-id]";
const LINE = '[aria-label="Differences"] > li';
const CHANGED_TEXT = "[data-versions] .cm-changedLine";

interface VersionedFlow {
  readonly size: string;
  readonly address: string;
  /** The ids of the versions, oldest first. */
  readonly ids: readonly string[];
}

/**
 * Measures opening the version list, scrolling to its end and comparing versions, for a flow with 10 versions of 10
 * steps and a flow with 1,000 versions of 1,000 steps.
 */
export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const browser = await launchBrowser();
  try {
    const flows: VersionedFlow[] = [];
    for (const size of SIZES) flows.push(await publishVersions(server.url, size));
    await measureList(browser, flows);
    await measureScrollingDown(browser, flows);
    await measureComparisons(browser, flows);
  } finally {
    await browser.close();
    await server.discard();
  }
}

async function publishVersions(url: string, size: number): Promise<VersionedFlow> {
  const api = new ApiClient(url);
  const { id } = await api.createFlow({ name: `${size} versions`, flowSteps: [] });
  for (const flowSteps of generateStepListsOfSuccessiveFlowVersions(size, size)) {
    await api.updateFlow(id, { flowSteps });
    await api.publishFlow(id);
  }
  const { versions } = await api.call("listVersions", { params: { flowId: id } });
  const ids = versions.filter(({ versionType }) => versionType === "published").map((version) => version.id);
  return { size: size.toLocaleString("en"), address: `${url}/flows/${id}/versions`, ids: ids.toReversed() };
}

async function measureList(browser: Browser, flows: readonly VersionedFlow[]): Promise<void> {
  const rows = [
    ["steps × versions", "processor", "first row visible", "longest task", "rows mounted", "heap"],
  ];
  for (const throttle of THROTTLES) {
    const times: number[] = [];
    for (const { size, address } of flows) {
      const { seen, longest, mounted, heap } = await measureColdPageLoad(browser, {
        address,
        wanted: ROW,
        throttle,
      });
      const figures = [
        formatMilliseconds(seen),
        formatMilliseconds(longest),
        String(mounted),
        `${heap.toFixed(1)} MB`,
      ];
      rows.push([`${size} × ${size}`, `${throttle}×`, ...figures]);
      times.push(seen);
    }
    const [few = Number.NaN, many = Number.NaN] = times;
    if (throttle !== 1) await saveFigures({ "versions-first-row-ratio": many / few });
  }
  printAlignedTextTable("Open the versions of a flow cold (median of 5)", rows);
}

async function measureScrollingDown(browser: Browser, flows: readonly VersionedFlow[]): Promise<void> {
  const rows = [
    ["steps × versions", "processor", "most rows mounted", "pages", "longest task", "heap growth"],
  ];
  for (const throttle of THROTTLES) {
    for (const { size, address, ids } of flows) {
      const { page, session, close } = await openMeasuredPage(browser, throttle);
      let [pages, definitions] = [0, 0];
      page.on("request", (request) => {
        if (/\/flow-versions\/[^/]+\?/.test(request.url())) pages += 1;
        else if (request.url().includes("/flow-versions/")) definitions += 1;
      });
      await page.goto(address);
      await page.locator(ROW).first().hover();
      const before = await measurePageHeapMegabytes(session);
      let most = 0;
      const tasks = await traceMainThreadTasksDuring(browser, page, async () => {
        most = await scrollDown(page, ids.at(0) ?? "");
      });
      const longest = Math.max(...tasks.map(({ duration }) => duration));
      const grown = (await measurePageHeapMegabytes(session)) - before;
      await close();
      const counts = [most, pages, definitions].map(String);
      const figures = [...counts, formatMilliseconds(longest), `${grown.toFixed(1)} MB`];
      rows.push([`${size} × ${size}`, `${throttle}×`, ...figures]);
    }
  }
  printAlignedTextTable("Scroll the versions to the first of them", rows);
}

/** Scrolls by wheel until the version is in the list. Returns the largest number of rows mounted at the same time. */
async function scrollDown(page: Page, lastId: string): Promise<number> {
  let most = 0;
  for (let isThere = false; !isThere;) {
    await page.mouse.wheel(0, 1_000);
    const ids = await page.locator(ROW).evaluateAll((rows) => rows.map((row) => row.dataset["rowId"]));
    most = Math.max(most, ids.length);
    isThere = ids.includes(lastId);
  }
  return most;
}

async function measureComparisons(browser: Browser, flows: readonly VersionedFlow[]): Promise<void> {
  const rows = [["compared", "steps × versions", "processor", "difference visible", "longest task", "heap"]];
  for (const throttle of THROTTLES) {
    for (const { size, address, ids } of flows) {
      const middle = Math.floor(ids.length / 2);
      const pairs = { neighbours: [middle, middle + 1], "first and last": [0, ids.length - 1] };
      for (const [pair, [from = 0, to = 0]] of Object.entries(pairs)) {
        for (const [view, search, wanted] of [
          ["in words", "", LINE],
          ["as JSON", "&as=json", CHANGED_TEXT],
        ] as const) {
          const { seen, longest, heap } = await measureColdPageLoad(browser, {
            address: `${address}/compare?from=${ids[from]}&to=${ids[to]}${search}`,
            wanted,
            throttle,
          });
          const figures = [formatMilliseconds(seen), formatMilliseconds(longest), `${heap.toFixed(1)} MB`];
          rows.push([`${pair}, ${view}`, `${size} × ${size}`, `${throttle}×`, ...figures]);
        }
      }
    }
  }
  printAlignedTextTable("Open a comparison of two versions cold (median of 5)", rows);
}
