import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type Page, chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "#e2e/find-chromium.mjs";

/** A browser that can be killed with all its processes at once, and started again on what it left behind. */
export interface MortalBrowser {
  readonly page: Page;
  /** As `kill -9` does. Resolves once it is dead. */
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The profile is a directory of its own, where the browser keeps what outlives it. */
export async function startMortalBrowser(profile: string): Promise<MortalBrowser> {
  const program = findChromium();
  if (program === undefined) throw new Error("There is no Chromium: npx playwright install chromium");
  const flags = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const quiet = ["--no-default-browser-check", "--disable-crash-reporter", "--disable-breakpad"];
  const look = ["--force-prefers-reduced-motion", "--lang=en-GB", "--window-size=1280,800"];
  // A process group of its own: whoever kills the group kills the renderers and the storage with it.
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
