import type { Page } from "@playwright/test";

interface Stroke {
  readonly key: string;
  readonly code: string;
  readonly windowsVirtualKeyCode: number;
  /** What the key writes. */
  readonly text?: string;
}

const NAMED = {
  Enter: { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  Escape: { key: "Escape", code: "Escape", windowsVirtualKeyCode: 27 },
  ArrowDown: { key: "ArrowDown", code: "ArrowDown", windowsVirtualKeyCode: 40 },
} satisfies Record<string, Stroke>;

/**
 * Presses keys without waiting for what the page does with them: all lie in its queue before it has handled the first.
 * An answer that comes a task too late for the next key is found by this on a machine of any speed.
 *
 * @param keys names of keys, or small letters and blanks
 */
export async function pressAtOnce(
  page: Page,
  ...keys: readonly (keyof typeof NAMED | { readonly text: string })[]
): Promise<void> {
  const session = await page.context().newCDPSession(page);
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

function strokeOf(character: string): Stroke {
  const upper = character.toUpperCase();
  return {
    key: character,
    code: character === " " ? "Space" : `Key${upper}`,
    windowsVirtualKeyCode: upper.codePointAt(0) ?? 0,
    text: character,
  };
}
