import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { launchBrowser } from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { createFlowsUntilCount } from "./fill-store.ts";
import { measureColdPageLoad } from "./open-cold.ts";
import { formatMilliseconds } from "./statistics.ts";

const FLOWS = 1_000;

export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const browser = await launchBrowser();
  try {
    await createFlowsUntilCount(new ApiClient(server.url), FLOWS, (index) =>
      buildFlow(`Flow ${index}`, [buildStep("a"), buildStep("b")]),
    );
    const address = `${server.url}/flows`;
    const { seen } = await measureColdPageLoad(browser, { address, wanted: "[data-row-id]", throttle: 1 });
    console.log(`\nFirst row of ${FLOWS.toLocaleString("en")} flows, cold: ${formatMilliseconds(seen)}`);
    await saveFigures({ "list-first-row": seen });
  } finally {
    await browser.close();
    await server.discard();
  }
}
