import type { Browser } from "@playwright/test";

const VIEWPORT = { width: 1280, height: 800, deviceScaleFactor: 1, mobile: false };

/** The parameters of `Input.dispatchKeyEvent` for each key. */
const KEYS = {
  Space: { key: " ", windowsVirtualKeyCode: 32, text: " " },
  Enter: { key: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  ArrowUp: { key: "ArrowUp", windowsVirtualKeyCode: 38 },
  ArrowDown: { key: "ArrowDown", windowsVirtualKeyCode: 40 },
  F2: { key: "F2", windowsVirtualKeyCode: 113 },
  KeyZ: { key: "z", windowsVirtualKeyCode: 90 },
} as const;
const MODIFIERS = { none: 0, Alt: 1, Control: 2 } as const;

interface MessageOfPage {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface EvaluateResult {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
}

/**
 * Opens a page in a new profile, so nothing is cached. `throttle` is the factor of CPU slowdown. The page is not one of
 * Playwright's, which listen to V8's exceptions: for them V8 parses the first script again at each error that React
 * creates ahead, 50 ms at 1× that no user waits for.
 */
export async function openMeasuredPage(browser: Browser, throttle: number): Promise<MeasuredPage> {
  const session = await browser.newBrowserCDPSession();
  const { browserContextId } = await session.send("Target.createBrowserContext");
  const { targetId } = await session.send("Target.createTarget", { url: "about:blank", browserContextId });
  const { sessionId } = await session.send("Target.attachToTarget", { targetId });
  const waiting = new Map<number, (message: MessageOfPage) => void>();
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const parsed = JSON.parse(message) as MessageOfPage;
    if (parsed.id !== undefined) waiting.get(parsed.id)?.(parsed);
  });
  const send: SendToPage = async (method, params) => {
    const id = waiting.size + 1;
    const answer = new Promise<MessageOfPage>((resolve) => void waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await session.send("Target.sendMessageToTarget", { sessionId, message });
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  await send("Emulation.setDeviceMetricsOverride", VIEWPORT);
  await send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await send("Emulation.setCPUThrottlingRate", { rate: throttle });
  await send("Page.enable");
  return new MeasuredPage(send, async () => {
    await session.send("Target.disposeBrowserContext", { browserContextId });
    await session.detach();
  });
}

type SendToPage = (method: string, params?: object) => Promise<unknown>;

export class MeasuredPage {
  readonly #send: SendToPage;
  readonly close: () => Promise<void>;

  constructor(send: SendToPage, close: () => Promise<void>) {
    this.#send = send;
    this.close = close;
  }

  /**
   * Opens a URL. Returns the milliseconds from the start of the navigation until the first element that matches the
   * selector is painted.
   */
  async measureFirstPaint(url: string, selector: string): Promise<number> {
    const source = `globalThis.firstPaint = (${String(waitForFirstPaint)})(${JSON.stringify(selector)})`;
    await this.#send("Page.addScriptToEvaluateOnNewDocument", { source });
    const { errorText } = (await this.#send("Page.navigate", { url })) as { readonly errorText?: string };
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
    return this.evaluate<number>("firstPaint");
  }

  /** Runs an expression, or a function that uses nothing but globals, and waits for its promise. */
  async evaluate<T>(script: string | (() => T | Promise<T>)): Promise<T> {
    const expression = typeof script === "string" ? script : `(${String(script)})()`;
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.#send("Runtime.evaluate", params)) as EvaluateResult;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? expression);
    return result.value as T;
  }

  async focusStep(index: number): Promise<void> {
    await this.evaluate(`document.querySelectorAll("[data-step-id]")[${index}].focus()`);
  }

  /** Returns a point of the row of a step that is no control, in CSS pixels. */
  async findPointOfStep(index: number): Promise<{ readonly x: number; readonly y: number }> {
    const row = `document.querySelectorAll("[data-step-id]")[${index}].getBoundingClientRect()`;
    const { x, y } = await this.evaluate<DOMRect>(`${row}.toJSON()`);
    return { x: x + 200, y: y + 10 };
  }

  async pressKey(code: keyof typeof KEYS, modifier: keyof typeof MODIFIERS = "none"): Promise<void> {
    const event = { ...KEYS[code], code, modifiers: MODIFIERS[modifier] };
    await this.#send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
    await this.#send("Input.dispatchKeyEvent", { type: "keyUp", ...event, text: undefined });
  }

  /** Replaces the selected text of the focused field. */
  async insertText(text: string): Promise<void> {
    await this.#send("Input.insertText", { text });
  }

  /** Moves the mouse, with its left button held if `isDown`. */
  async moveMouse(x: number, y: number, isDown = false): Promise<void> {
    await this.#send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y, ...(isDown && { buttons: 1 }) });
  }

  async pressMouse(x: number, y: number): Promise<void> {
    await this.#send("Input.dispatchMouseEvent", { type: "mousePressed", x, y, ...LEFT_BUTTON });
  }

  async releaseMouse(x: number, y: number): Promise<void> {
    await this.#send("Input.dispatchMouseEvent", { type: "mouseReleased", x, y, ...LEFT_BUTTON });
  }

  /** Returns the megabytes of JavaScript heap in use after a garbage collection. */
  async measureHeap(): Promise<number> {
    await this.#send("HeapProfiler.collectGarbage");
    const { usedSize } = (await this.#send("Runtime.getHeapUsage")) as { readonly usedSize: number };
    return usedSize / 2 ** 20;
  }
}

const LEFT_BUTTON = { button: "left", clickCount: 1 } as const;

/** Runs in the page. */
async function waitForFirstPaint(selector: string): Promise<number> {
  const nextFrame = () => new Promise(requestAnimationFrame);
  while (document.querySelector(selector) === null) await nextFrame();
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.addEventListener("message", () => resolve(performance.now()));
    channel.port1.start();
    channel.port2.postMessage(undefined);
  });
}
