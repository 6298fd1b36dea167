import type { Page } from "@playwright/test";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

interface LoadingBudget {
  /** Packed kilobytes of scripts. */
  readonly kB: number;
  readonly scripts: number;
  readonly requests: number;
}

const QUIET_MS = 3_000;

for (const { name, pathOf, budget } of [
  { name: "the flow list", pathOf: () => "/flows", budget: { kB: 198, scripts: 12, requests: 24 } },
  {
    name: "the editor",
    pathOf: (id: string) => `/flows/${id}`,
    budget: { kB: 356, scripts: 18, requests: 30 },
  },
] satisfies { name: string; pathOf: (id: string) => string; budget: LoadingBudget }[]) {
  test(`${name} stays within its budget of scripts and requests until it is idle`, async ({ page, api }) => {
    const { id } = await api.createFlow(buildSampleDigestFlowBody());
    await page.goto(pathOf(id));
    await untilNothingLoads(page);
    const loaded = await listResources(page);
    const scripts = loaded.filter(({ url }) => url.endsWith(".js"));
    const used: LoadingBudget = {
      kB: scripts.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000,
      scripts: scripts.length,
      requests: loaded.length + 1,
    };
    const names = loaded.map(({ url, bytes }) => `${bytes} ${url}`).join("\n");
    for (const part of ["kB", "scripts", "requests"] as const)
      expect(used[part], `${part} of:\n${names}`).toBeLessThanOrEqual(budget[part]);
  });
}

function untilNothingLoads(page: Page): Promise<void> {
  return page.evaluate(
    (quiet) =>
      new Promise<void>((resolve) => {
        let timer = setTimeout(resolve, quiet);
        new PerformanceObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(resolve, quiet);
        }).observe({ type: "resource", buffered: true });
      }),
    QUIET_MS,
  );
}

function listResources(page: Page): Promise<readonly { readonly url: string; readonly bytes: number }[]> {
  return page.evaluate(() =>
    (performance.getEntriesByType("resource") as PerformanceResourceTiming[]).map(
      ({ name, encodedBodySize }) => ({ url: name, bytes: encodedBodySize }),
    ),
  );
}
