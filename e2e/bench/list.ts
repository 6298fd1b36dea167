import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import {
  waitForRecordedFirstPaintMs,
  measurePageHeapMegabytes,
  launchBrowser,
  openMeasuredPage,
  installFirstPaintRecorder,
} from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { createFlowsUntilCount } from "./fill-store.ts";
import { formatMilliseconds, computeMedian, printAlignedTextTable } from "./statistics.ts";

const FLOWS = 1_000;
const ROUNDS = 5;

export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const browser = await launchBrowser();
  try {
    await createFlowsUntilCount(new ApiClient(server.url), FLOWS, (index) =>
      buildFlow(`Flow ${index}`, [buildStep("a"), buildStep("b")]),
    );
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { page, close } = await openMeasuredPage(browser, 1);
      await installFirstPaintRecorder(page, "[data-row-id]");
      await page.goto(`${server.url}/flows`);
      times.push(await waitForRecordedFirstPaintMs(page));
      await close();
    }
    const { page, session, close } = await openMeasuredPage(browser, 1);
    await page.goto(`${server.url}/flows`);
    const rows = page.locator("[data-row-id]");
    await rows.first().waitFor();
    const before = await measurePageHeapMegabytes(session);
    let most = 0;
    await rows.first().hover();
    const last = page.locator(`[aria-posinset="${FLOWS}"]`);
    while ((await last.count()) === 0) {
      await page.mouse.wheel(0, 2_000);
      most = Math.max(most, await rows.count());
    }
    const grown = (await measurePageHeapMegabytes(session)) - before;
    await close();
    printAlignedTextTable(`The list of ${FLOWS.toLocaleString("en")} flows`, [
      ["first row, cold (median of 5)", formatMilliseconds(computeMedian(times))],
      ["most rows mounted while scrolling to the end", String(most)],
      ["heap growth by then", `${grown.toFixed(1)} MB`],
    ]);
    await saveFigures({ "list-first-row": computeMedian(times) });
  } finally {
    await browser.close();
    await server.discard();
  }
}
