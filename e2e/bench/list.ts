import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { fillFlows } from "#server/testing/fill-flows.ts";
import { launchBrowser } from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { measureColdPageLoad } from "./open-cold.ts";
import { formatMilliseconds } from "./statistics.ts";

/** The size of the figure. Others are printed only. */
const FIGURE_FLOWS = 1_000;
const FLOWS = Number(process.env["FLOWS"] ?? FIGURE_FLOWS);

/** Measures a list of flows with outcomes of runs. */
export async function measure(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-list-"));
  await (await startBuiltServer({ build: "server", dataDirectory })).stop();
  await fillFlows({ directory: dataDirectory }, FLOWS, {
    name: "Flow copynumber",
    flowSteps: buildLongFlow("", 2).flowSteps,
  });
  const server = await startBuiltServer({ build: "server", dataDirectory });
  const browser = await launchBrowser();
  try {
    const address = `${server.url}/flows`;
    const { seen } = await measureColdPageLoad(browser, { address, wanted: "[data-row-id]", throttle: 1 });
    console.log(`\nFirst row of ${FLOWS.toLocaleString("en")} flows, cold: ${formatMilliseconds(seen)}`);
    if (FLOWS === FIGURE_FLOWS) await saveFigures({ "list-first-row": seen });
  } finally {
    await browser.close();
    await server.discard();
  }
}
