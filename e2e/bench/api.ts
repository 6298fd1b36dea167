import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { createFlowsUntilCount } from "./fill-store.ts";
import { saveFigures } from "./figures.ts";
import { measureHttpLoad } from "./load.ts";
import { formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const FLOWS = 3_000;
const STEPS = 20;

/** Measures the built server's API on the embedded store. */
export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const api = new ApiClient(server.url);
  try {
    const rows = [["request", "requests/s", "median", "p99"]];
    const ids = await createFlowsUntilCount(api, FLOWS, (index) => buildLongFlow(`Flow ${index}`, STEPS));
    for (const id of ids) await api.getFlow(id);
    const pathOf = (round: number) => `${server.url}/v1/flows/${ids[(round * 7919) % ids.length]}`;
    const measureOne = async (name: string, figure: string, next: Parameters<typeof measureHttpLoad>[0]) => {
      const { perSecond, median, p99 } = await measureHttpLoad(next);
      rows.push([name, perSecond.toFixed(0), formatMilliseconds(median), formatMilliseconds(p99)]);
      await saveFigures({ [figure]: perSecond });
    };
    await measureOne("GET one", "api-one", (round) => ({ url: pathOf(round) }));
    await measureOne("GET list of 50", "api-list", () => ({ url: `${server.url}/v1/flows?limit=50` }));
    await measureOne("PUT a name, durable", "api-put", (round) => ({
      url: pathOf(round),
      method: "PUT",
      body: JSON.stringify({ name: `Renamed ${round}` }),
    }));
    const title = `The API on the embedded store, ${FLOWS.toLocaleString("en")} flows of ${STEPS} steps`;
    printAlignedTextTable(`${title}, 16 connections, 4 s each`, rows);
  } finally {
    await server.discard();
  }
}
