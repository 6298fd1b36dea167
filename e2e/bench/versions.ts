import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { launchBrowser } from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { measureColdPageLoad } from "./open-cold.ts";
import { formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const SIZES = [10, Number(process.env["VERSIONS"] ?? 1_000)];
const ROW = "[data-versions] [data-row-id]";
const THROTTLE = 4;

/** Measures opening the versions of a flow with 10 versions of 10 steps, and of one with 1,000 of 1,000. */
export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const browser = await launchBrowser();
  try {
    const rows = [["steps × versions", "first row visible"]];
    const times: number[] = [];
    for (const size of SIZES) {
      const address = await publishVersions(server.url, size);
      const { seen } = await measureColdPageLoad(browser, { address, wanted: ROW, throttle: THROTTLE });
      rows.push([`${size} × ${size}`, formatMilliseconds(seen)]);
      times.push(seen);
    }
    printAlignedTextTable(`Open the versions of a flow cold, processor ${THROTTLE}× (median of 5)`, rows);
    const [few = Number.NaN, many = Number.NaN] = times;
    await saveFigures({ "versions-first-row-ratio": many / few });
  } finally {
    await browser.close();
    await server.discard();
  }
}

/** Publishes as many versions as steps, each with another step renamed. Returns the address of the list. */
async function publishVersions(url: string, size: number): Promise<string> {
  const api = new ApiClient(url);
  const { id, flowSteps } = await api.createFlow(buildLongFlow(`${size} versions`, size));
  for (let version = 0; version < size; version += 1) {
    const renamed = { ...flowSteps[version], name: `Renamed in ${version}` };
    await api.updateFlow(id, { flowSteps: flowSteps.with(version, renamed) });
    await api.publishFlow(id);
  }
  return `${url}/flows/${id}/versions`;
}
