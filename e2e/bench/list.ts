import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Api } from "#e2e/harness/api.ts";
import { startServer } from "#e2e/harness/server.ts";
import { firstSeen, heapMegabytes, launchBrowser, openPage, watchFirst } from "./browser.ts";
import { fillStore } from "./fill-store.ts";
import { formatMs, median, printTable } from "./statistics.ts";

const FLOWS = 1_000;
const ROUNDS = 5;

/** The list of 1,000 flows, cold, and scrolled through to its end. */
export async function measure(): Promise<void> {
  const server = await startServer({ build: "server" });
  const browser = await launchBrowser();
  try {
    await fillStore(new Api(server.url), FLOWS, (index) =>
      buildFlow(`Flow ${index}`, [buildStep("a"), buildStep("b")]),
    );
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { page, close } = await openPage(browser, 1);
      await watchFirst(page, "[data-row-id]");
      await page.goto(`${server.url}/flows`);
      times.push(await firstSeen(page));
      await close();
    }
    const { page, session, close } = await openPage(browser, 1);
    await page.goto(`${server.url}/flows`);
    const rows = page.locator("[data-row-id]");
    await rows.first().waitFor();
    const before = await heapMegabytes(session);
    let most = 0;
    await rows.first().hover();
    const last = page.locator(`[aria-posinset="${FLOWS}"]`);
    while ((await last.count()) === 0) {
      await page.mouse.wheel(0, 2_000);
      most = Math.max(most, await rows.count());
    }
    const grown = (await heapMegabytes(session)) - before;
    await close();
    printTable(`The list of ${FLOWS.toLocaleString("en")} flows`, [
      ["first row, cold (median of 5)", formatMs(median(times))],
      ["most rows mounted while scrolling to the end", String(most)],
      ["heap growth by then", `${grown.toFixed(1)} MB`],
    ]);
  } finally {
    await browser.close();
    await server.discard();
  }
}
