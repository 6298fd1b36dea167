import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import type { EnginePage, MouseAction } from "./engine-page.ts";

const WINDOW = { width: 1280, height: 900 };
const LIBRARIES = "/usr/lib";
const BROWSER = /\/webkit2?gtk-[\d.]+\/MiniBrowser$/;

/** WebDriver's codes of keys that type no character (https://www.w3.org/TR/webdriver2/#keyboard-actions). */
const KEY_CODES: Readonly<Record<string, string>> = {
  Control: "\uE009",
  Shift: "\uE008",
  Alt: "\uE00A",
  Enter: "\uE007",
  Escape: "\uE00C",
  Delete: "\uE017",
  Backspace: "\uE003",
  Tab: "\uE004",
  F2: "\uE032",
  ArrowDown: "\uE015",
  ArrowUp: "\uE013",
  Space: " ",
};

/** Returns the path of WebKitGTK's MiniBrowser in the folder of an architecture. */
function findWebKit(): string | undefined {
  const folders = readdirSync(LIBRARIES, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name.endsWith("-linux-gnu"),
  );
  return folders
    .flatMap(({ name }) =>
      readdirSync(`${LIBRARIES}/${name}`).map((library) => `${LIBRARIES}/${name}/${library}/MiniBrowser`),
    )
    .find((path) => BROWSER.test(path) && existsSync(path));
}

/** Opens a page in WebKitGTK through its WebDriver, on a display of its own (Debian: webkit2gtk-driver, xvfb). */
export async function openWebKitPage(): Promise<EnginePage> {
  const binary = findWebKit();
  if (binary === undefined)
    throw new Error("WebKitGTK was not found: apt-get install webkit2gtk-driver xvfb");
  const port = await findFreePort();
  const display = `:${100 + (process.pid % 800)}`;
  const screen = `${WINDOW.width}x${WINDOW.height}x24`;
  const xvfb = spawn("Xvfb", [display, "-screen", "0", screen], { stdio: "ignore" });
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: "ignore",
    env: {
      ...process.env,
      DISPLAY: display,
      LIBGL_ALWAYS_SOFTWARE: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    },
  });
  const processes = [driver, xvfb];
  try {
    const call = createWebDriverClient(`http://127.0.0.1:${port}`);
    await untilReady(call, processes);
    const options = { binary, args: ["--automation"] };
    const { sessionId, capabilities } = (await call("POST", "/session", {
      capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } },
    })) as { sessionId: string; capabilities: { browserVersion: string } };
    const session = `/session/${sessionId}`;
    await call("POST", `${session}/window/rect`, { x: 0, y: 0, ...WINDOW }).catch(() => undefined);
    return {
      browser: `WebKitGTK ${capabilities.browserVersion}`,
      goto: async (url) => void (await call("POST", `${session}/url`, { url })),
      run: (body, ...args) =>
        call("POST", `${session}/execute/sync`, {
          script: `const args = [...arguments]; return (function () { ${body} })();`,
          args,
        }),
      mouse: async (actions) =>
        void (await call("POST", `${session}/actions`, {
          actions: [
            {
              type: "pointer",
              id: "mouse",
              parameters: { pointerType: "mouse" },
              actions: actions.map(toWire),
            },
          ],
        })),
      press: async (...keys) =>
        void (await call("POST", `${session}/actions`, {
          actions: [{ type: "key", id: "keyboard", actions: keys.flatMap(toKeyActions) }],
        })),
      screenshot: async () => Buffer.from(String(await call("GET", `${session}/screenshot`)), "base64"),
      close: async () => {
        await call("DELETE", session).catch(() => undefined);
        await endProcesses(processes);
      },
    };
  } catch (error) {
    await endProcesses(processes);
    throw error;
  }
}

function toWire(action: MouseAction): object {
  switch (action.type) {
    case "move":
      return {
        type: "pointerMove",
        x: Math.round(action.x),
        y: Math.round(action.y),
        origin: "viewport",
        duration: 0,
      };
    case "pause":
      return { type: "pause", duration: action.ms };
    case "down":
    case "up":
      return {
        type: action.type === "down" ? "pointerDown" : "pointerUp",
        button: action.button === "right" ? 2 : 0,
      };
  }
}

function toKeyActions(chord: string): readonly object[] {
  // WebKitGTK types a capital letter only with Shift.
  const shift = /^[A-Z]$/.test(chord) ? ["Shift"] : [];
  const parts = [...shift, ...(chord === "+" ? ["+"] : chord.split("+"))];
  const keys = parts.map((key) => KEY_CODES[key] ?? key);
  return [
    ...keys.map((value) => ({ type: "keyDown", value })),
    ...keys.toReversed().map((value) => ({ type: "keyUp", value })),
  ];
}

type WebDriverCall = (method: string, path: string, body?: object) => Promise<unknown>;

function createWebDriverClient(base: string): WebDriverCall {
  return async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(60_000),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (response.ok) return value;
    const { error, message } = (value ?? {}) as { error?: string; message?: string };
    throw new Error(`WebDriver ${method} ${path}: ${error} ${message}`);
  };
}

async function untilReady(call: WebDriverCall, processes: readonly ChildProcess[]): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const ended = processes.find(({ exitCode }) => exitCode !== null);
    if (ended) throw new Error(`${ended.spawnfile} ended with ${ended.exitCode}.`);
    const isReady = await call("GET", "/status").then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => void setTimeout(resolve, 100));
  }
  throw new Error("WebKitWebDriver does not answer.");
}

async function endProcesses(processes: readonly ChildProcess[]): Promise<void> {
  for (const child of processes) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
