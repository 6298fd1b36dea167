import type { Page } from "@playwright/test";
import { openChromiumSession } from "./chromium-session.ts";

interface Stroke {
  readonly key: string;
  readonly code: string;
  readonly windowsVirtualKeyCode: number;
  readonly text?: string;
}

const NAMED = {
  Enter: { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  Escape: { key: "Escape", code: "Escape", windowsVirtualKeyCode: 27 },
  ArrowDown: { key: "ArrowDown", code: "ArrowDown", windowsVirtualKeyCode: 40 },
} satisfies Record<string, Stroke>;

/**
 * Sends all keys without waiting for the page. On a machine of any speed, this reveals a key handler that is installed
 * too late for the next key.
 */
export async function pressKeysWithoutWaiting(
  page: Page,
  ...keys: readonly (keyof typeof NAMED | { readonly text: string })[]
): Promise<void> {
  const session = await openChromiumSession(page);
  const strokes = keys.flatMap((key): readonly Stroke[] =>
    typeof key === "string" ? [NAMED[key]] : Array.from(key.text, strokeOf),
  );
  await Promise.all(
    strokes.flatMap(({ text, ...key }) => [
      session.send(
        "Input.dispatchKeyEvent",
        text === undefined ? { type: "rawKeyDown", ...key } : { type: "keyDown", ...key, text },
      ),
      session.send("Input.dispatchKeyEvent", { type: "keyUp", ...key }),
    ]),
  );
  await session.detach();
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Presses the mouse button, moves the pointer and releases the button without waiting for the page, as a flick on a busy
 * page does: the browser then dispatches the three events in one go.
 */
export async function flickMouseWithoutWaiting(page: Page, from: Point, to: Point): Promise<void> {
  const session = await openChromiumSession(page);
  const button = { button: "left", clickCount: 1 } as const;
  await Promise.all([
    session.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...from }),
    session.send("Input.dispatchMouseEvent", { type: "mousePressed", ...button, ...from }),
    session.send("Input.dispatchMouseEvent", { type: "mouseMoved", button: "left", ...to }),
    session.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...button, ...to }),
  ]);
  await session.detach();
}

/** Touches, moves the finger and lifts it without waiting for the page. */
export async function flickTouchWithoutWaiting(page: Page, from: Point, to: Point): Promise<void> {
  const session = await openChromiumSession(page);
  await Promise.all([
    session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [from] }),
    session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [to] }),
    session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] }),
  ]);
  await session.detach();
}

function strokeOf(character: string): Stroke {
  const upper = character.toUpperCase();
  return {
    key: character,
    code: character === " " ? "Space" : `Key${upper}`,
    windowsVirtualKeyCode: upper.codePointAt(0) ?? 0,
    text: character,
  };
}
