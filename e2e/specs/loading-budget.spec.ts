import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { expect, test } from "#e2e/harness/test.ts";

interface LoadingBudget {
  /** Packed kilobytes of scripts. */
  readonly kB: number;
  /** Kilobytes of fonts. */
  readonly fonts: number;
  readonly scripts: number;
  readonly requests: number;
}

const QUIET_MS = 3_000;

const plain = buildFlow("Digest", [buildStep("draft", { config: { userPrompt: "Write about {{topic}}." } })]);
const withScripts = buildFlow("Digest", [
  ...plain.flowSteps,
  buildStep("clean", {
    type: "transform-data",
    config: { script: "const rows = input.draft.trim().split(';');\nreturn rows.map((row) => ({ row }))" },
  }),
  buildStep("long", {
    type: "conditional",
    config: { condition: "draft.length > 100 && topic !== 'poem'", trueSteps: [], falseSteps: [] },
  }),
]);
const withTemplate = buildFlow("Digest", [
  ...withScripts.flowSteps,
  buildStep("page", { type: "template", config: { template: "{{ draft | upcase }}" } }),
]);

for (const { name, flow, pathOf, budget } of [
  {
    name: "the flow list",
    flow: plain,
    pathOf: () => "/flows",
    budget: { kB: 165, fonts: 15, scripts: 8, requests: 14 },
  },
  {
    name: "the runs of a flow",
    flow: plain,
    pathOf: (id: string) => `/flows/${id}/runs`,
    budget: { kB: 289, fonts: 15, scripts: 18, requests: 26 },
  },
  {
    name: "the editor",
    flow: plain,
    pathOf: (id: string) => `/flows/${id}`,
    budget: { kB: 266, fonts: 15, scripts: 11, requests: 19 },
  },
  {
    name: "the editor of a flow with a script and a condition",
    flow: withScripts,
    pathOf: (id: string) => `/flows/${id}`,
    budget: { kB: 298, fonts: 24, scripts: 12, requests: 21 },
  },
  {
    name: "the editor of a flow with a Liquid template too",
    flow: withTemplate,
    pathOf: (id: string) => `/flows/${id}`,
    budget: { kB: 320, fonts: 24, scripts: 13, requests: 22 },
  },
]) {
  test(`${name} stays within its budget of scripts, fonts and requests until it is idle`, async ({
    page,
    api,
  }) => {
    const { id } = await api.createFlow(flow);
    await page.goto(pathOf(id));
    await untilNothingLoads(page);
    const loaded = await listResources(page);
    const scripts = loaded.filter(({ url }) => url.endsWith(".js"));
    const measure = (files: typeof loaded) => files.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000;
    const used: LoadingBudget = {
      kB: measure(scripts),
      fonts: measure(loaded.filter(({ url }) => url.endsWith(".woff2"))),
      scripts: scripts.length,
      requests: loaded.length + 1,
    };
    const names = loaded.map(({ url, bytes }) => `${bytes} ${url}`).join("\n");
    for (const part of ["kB", "fonts", "scripts", "requests"] as const)
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
