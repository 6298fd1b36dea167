import axe from "axe-core";
import { type Page, test as base, expect } from "@playwright/test";
import { Api } from "./api.ts";
import { type PageProblems, watchPage } from "./page-problems.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

interface WorkerFixtures {
  /** The built server of this worker, with the fault hook and one more step type. */
  readonly server: RunningServer;
}

interface TestFixtures {
  readonly api: Api;
  readonly problems: PageProblems;
  /** Starts a server of the test's own, ended with it. */
  readonly startOwnServer: (options?: ServerOptions) => Promise<RunningServer>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({}, provide) => {
      const server = await startServer({ env: { EXTRA_STEP_TYPES: "send-slack-message" } });
      await provide(server);
      await server.discard();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, provide) => provide(server.url),

  api: async ({ server }, provide) => {
    const api = new Api(server.url);
    await provide(api);
    await api.clearFaults();
  },

  problems: [
    async ({ page }, provide) => {
      const problems = await watchPage(page);
      await provide(problems);
      expect(problems.unexpected(), "nothing unexpected in the console and on the network").toEqual([]);
    },
    { auto: true },
  ],

  startOwnServer: async ({ page }, provide) => {
    const servers: RunningServer[] = [];
    await provide(async (options) => {
      const server = await startServer(options);
      servers.push(server);
      return server;
    });
    // A page that outlives its server complains of whatever it was about to load.
    await page.close();
    await Promise.all(servers.map((server) => server.discard()));
  },
});

export { expect };

/**
 * Fails with every accessibility violation that axe finds on the page as it stands. The page keeps axe until it is left:
 * bringing it anew, as axe's own adapter does, takes four times as long as looking.
 */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe.source);
  expect(await findViolations(page), `axe on ${what}`).toEqual([]);
}

/** The same in light and in dark, where only the colours are others. The page is dark afterwards. */
export async function expectAccessibleInBothThemes(page: Page, what: string): Promise<void> {
  await setTheme(page, "light");
  await expectAccessible(page, `${what}, light`);
  await setTheme(page, "dark");
  const violations = await findViolations(page, ["color-contrast", "link-in-text-block"]);
  expect(violations, `axe on ${what}, dark`).toEqual([]);
}

async function setTheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
}

/** @param only the ids of rules; all of them unless given */
async function findViolations(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  const violations = await page.evaluate(async (ids) => {
    const { axe: checker } = window as unknown as { readonly axe: typeof axe };
    const options = ids
      ? { runOnly: [...ids] }
      : // Off by default, since it is new in WCAG 2.2.
        { rules: { "target-size": { enabled: true } } };
    return (await checker.run({ resultTypes: ["violations"], ...options })).violations;
  }, only);
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join("\n")}`,
  );
}
