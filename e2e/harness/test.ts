import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import type axe from "axe-core";
import { type Locator, type Page, test as base, expect } from "@playwright/test";
import { ApiClient } from "./api.ts";
import { type PageErrorAndWarningRecorder, recordPageErrorsAndWarnings } from "./page-problems.ts";
import { type RealApiStandIn, startRealApiStandIn } from "./real-api/start.ts";
import type { RealApiSwitches } from "./real-api/switches.ts";
import { type RunningServer, type StartServerOptions, startBuiltServer } from "./server.ts";

interface WorkerFixtures {
  /** The server of this worker: a test build with an additional step type. */
  readonly server: RunningServer;
}

interface TestFixtures {
  readonly api: ApiClient;
  readonly problems: PageErrorAndWarningRecorder;
  /** Starts another server, which is stopped at the end of the test. */
  readonly startOwnServer: (options?: StartServerOptions) => Promise<RunningServer>;
  /** Starts a stand-in for the real API, and a server in cloud mode in front of it. */
  readonly startCloudServer: (options?: StartCloudServerOptions) => Promise<CloudServer>;
}

interface StartCloudServerOptions {
  readonly switches?: Partial<RealApiSwitches>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CloudServer {
  readonly url: string;
  readonly realApi: RealApiStandIn;
  /** Kills the server and starts another one at its address, without its data. */
  readonly restart: () => Promise<void>;
}

/**
 * URLs of services that do not exist. Without these settings, the flows of tests would show warnings about missing
 * settings.
 */
const OUTSIDE = { MODEL_BASE_URL: "http://127.0.0.1:9/v1", SMTP_URL: "smtp://127.0.0.1:9" };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({}, provide) => {
      const server = await startBuiltServer({ env: { EXTRA_STEP_TYPES: "send-slack-message", ...OUTSIDE } });
      await provide(server);
      await server.discard();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, provide) => provide(server.url),

  api: async ({ server }, provide) => {
    const api = new ApiClient(server.url);
    await provide(api);
    await api.clearFaults();
  },

  problems: [
    async ({ page }, provide) => {
      actBeforeFocus(page);
      const problems = await recordPageErrorsAndWarnings(page);
      await provide(problems);
      expect(problems.unexpected(), "unexpected console messages and failed requests").toEqual([]);
    },
    { auto: true },
  ],

  startOwnServer: async ({ page }, provide) => {
    const servers: RunningServer[] = [];
    await provide(async (options) => {
      const server = await startBuiltServer(options);
      servers.push(server);
      return server;
    });
    // Closes the page before its servers, because pending requests to a stopped server would count as errors.
    await page.close();
    await Promise.all(servers.map((server) => server.discard()));
  },

  startCloudServer: async ({ page, startOwnServer }, provide) => {
    const realApis: RealApiStandIn[] = [];
    await provide(async ({ switches, env } = {}) => {
      const realApi = await startRealApiStandIn({ switches });
      realApis.push(realApi);
      const cloud = { RUNTYPE_API_KEY: realApi.key, RUNTYPE_API_URL: realApi.url };
      const server = await startOwnServer({ env: { ...cloud, ...env } });
      const { port } = new URL(server.url);
      const restart = async () => {
        await server.kill();
        await startOwnServer({ env: { ...cloud, ...env, PORT: port } });
      };
      return { url: server.url, realApi, restart };
    });
    // Closes the page first: its pending requests would fail, and count as errors, once the API is gone.
    await page.close();
    await Promise.all(realApis.map((realApi) => realApi.close()));
    const violations = realApis.flatMap((realApi) => realApi.violations);
    expect([...new Set(violations)], "requests that the documented API does not have").toEqual([]);
  },
});

export { expect };

/** Limits the wait on a page that draws no frames. On a busy machine, two frames take up to half a second. */
const PATIENCE_MS = 5_000;
let isFocusPatched = false;

/**
 * Makes `focus`, `press` and `selectText` of all locators wait for two frames and first press a key without
 * effect. A lazy part of the page takes the focus when it renders, unless the user has moved the focus by key
 * or pointer meanwhile; a focus that is set by script alone does not count.
 */
function actBeforeFocus(page: Page): void {
  if (isFocusPatched) return;
  isFocusPatched = true;
  const prototype = Object.getPrototypeOf(page.locator("html")) as Pick<
    Locator,
    "focus" | "page" | "press" | "selectText" | "waitFor"
  >;
  const { focus, press, selectText } = prototype;
  const waitForFrames = (shown: Page) =>
    shown
      .evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      .catch(() => undefined);
  const act = async (target: Pick<Locator, "page" | "waitFor">, timeout: number | undefined) => {
    // Waits for the element first, because the page may set the focus when it renders the element.
    await target.waitFor({ state: "attached", ...(timeout !== undefined && { timeout }) });
    await Promise.race([waitForFrames(target.page()), wait(PATIENCE_MS, undefined, { ref: false })]);
    await target.page().keyboard.press("Shift");
  };
  prototype.focus = async function focusLater(options) {
    await act(this, options?.timeout);
    return focus.call(this, options);
  };
  prototype.press = async function pressLater(key, options) {
    await act(this, options?.timeout);
    return press.call(this, key, options);
  };
  prototype.selectText = async function selectTextLater(options) {
    await act(this, options?.timeout);
    return selectText.call(this, options);
  };
}

/** Uses the minified build of axe, which loads in half the time of the readable `axe.source`. */
const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Expects that axe finds no accessibility violation on the page. Injects axe once per page load, since injecting takes
 * four times as long as the check.
 */
export async function expectNoAccessibilityViolations(page: Page, what: string): Promise<void> {
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(AXE_SOURCE);
  expect(await findViolations(page), `axe on ${what}`).toEqual([]);
}

/** Checks the page in the light theme, and then its colors in the dark theme, which remains active. */
export async function expectNoAccessibilityViolationsInBothThemes(page: Page, what: string): Promise<void> {
  await setTheme(page, "light");
  await expectNoAccessibilityViolations(page, `${what}, light`);
  await setTheme(page, "dark");
  const violations = await findViolations(page, ["color-contrast", "link-in-text-block"]);
  expect(violations, `axe on ${what}, dark`).toEqual([]);
}

async function setTheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
}

async function findViolations(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  const violations = await page.evaluate(async (ids) => {
    const { axe: checker } = window as unknown as { readonly axe: typeof axe };
    // Colors of a dialog that fades in are not its own.
    const fades = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(fades.map(({ finished }) => finished));
    const options = ids
      ? { runOnly: [...ids] }
      : // Enables rules of WCAG 2.1 and 2.2 that are off by default.
        { rules: { "label-content-name-mismatch": { enabled: true }, "target-size": { enabled: true } } };
    return (await checker.run({ resultTypes: ["violations"], ...options })).violations;
  }, only);
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join("\n")}`,
  );
}
