import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type Page, chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromiumExecutablePath } from "#e2e/find-browsers.mjs";

/** A browser that can be killed with all its processes, and restarted with the same profile. */
export interface KillableBrowser {
  readonly page: Page;
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts a browser with `profile` as its data directory, which a kill does not delete, so that the next browser finds
 * what the killed browser stored.
 */
export async function startKillableBrowser(profile: string): Promise<KillableBrowser> {
  const program = findChromiumExecutablePath();
  if (program === undefined) throw new Error("There is no Chromium: npx playwright install chromium");
  const flags = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const quiet = ["--no-default-browser-check", "--disable-crash-reporter", "--disable-breakpad"];
  const look = ["--force-prefers-reduced-motion", "--lang=en-GB", "--window-size=1280,800"];
  // Starts a separate process group, so that a kill also ends the renderer and storage processes.
  const child = spawn(program, [...CHROMIUM_FLAGS, ...flags, ...quiet, ...look, "about:blank"], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const browser = await chromium.connectOverCDP(await readAddress(child, exited));
  const [context] = browser.contexts();
  if (!context) throw new Error("The browser has no profile of its own.");
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: 1280, height: 800 });
  return {
    page,
    kill: async () => {
      killGroup(child);
      await exited;
    },
    close: async () => {
      await browser.close().catch(() => undefined);
      killGroup(child);
      await exited;
    },
  };
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  const isRunning = exitCode === null && signalCode === null;
  if (pid !== undefined && isRunning) process.kill(-pid, "SIGKILL");
}

function readAddress(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stderr?.on("data", (text: Buffer) => {
      output += text.toString();
      const [, address] = /DevTools listening on (ws:\/\/\S+)/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.on("error", reject);
    void exited.then(() => reject(new Error(`The browser ended at once:\n${output}`)));
  });
}
