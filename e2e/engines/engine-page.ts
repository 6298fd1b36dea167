/**
 * A page in a browser, driven by real input. Playwright drives its own builds of Firefox and WebKit only, which cannot be
 * downloaded everywhere; these are the browsers of the system.
 */
export interface EnginePage {
  /** The browser's name and version. */
  readonly browser: string;
  readonly goto: (url: string) => Promise<void>;
  /** Runs a function body in the page and returns its JSON result. */
  readonly run: (body: string, ...args: readonly unknown[]) => Promise<unknown>;
  readonly mouse: (actions: readonly MouseAction[]) => Promise<void>;
  /** Presses keys one after the other: a character, or a chord such as `Control+S`. */
  readonly press: (...keys: readonly string[]) => Promise<void>;
  /** Returns a PNG image of the visible part. */
  readonly screenshot: () => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

export type MouseAction =
  | { readonly type: "move"; readonly x: number; readonly y: number }
  | { readonly type: "down" | "up"; readonly button?: "left" | "right" }
  | { readonly type: "pause"; readonly ms: number };

/** Milliseconds after which an expectation fails: only a hanging page takes as long. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 10;

export interface ControlQuery {
  readonly role: "button" | "link" | "switch" | "textbox" | "searchbox" | "menuitem" | "listitem" | "radio";
  /** The accessible name; with a trailing “…”, its start. */
  readonly name: string;
}

/**
 * Finds visible elements by role and accessible name, topmost dialog first. Written as text, because it runs in the page.
 */
const FIND = `
  const [{ role, name }] = args;
  const selectors = {
    button: "button:not([role]), [role=button]", link: "a[href]", switch: "[role=switch]",
    textbox: "input:not([type]), input[type=text], textarea, [role=textbox]", searchbox: "input[type=search]",
    menuitem: "[role=menuitem]", listitem: "[role=listitem], li", radio: "input[type=radio], [role=radio]",
  };
  const labelOf = (element) =>
    element.getAttribute("aria-label") ??
    (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.innerText).join(" ").trim() ;
  const nameOf = (element) =>
    (labelOf(element) || element.labels?.[0]?.innerText || element.innerText || "").replace(/\\s+/g, " ").trim();
  const isWanted = (element) => {
    const own = nameOf(element);
    return name.endsWith("…") ? own.startsWith(name.slice(0, -1)) : own === name;
  };
  const layers = [...document.querySelectorAll("[role=dialog], [role=alertdialog]")].toReversed();
  const found = [...layers, document]
    .flatMap((layer) => [...layer.querySelectorAll(selectors[role])])
    .find((element) => isWanted(element) && element.getClientRects().length > 0);
  if (!found) return null;
`;

/** The actions and observations of a user, on top of a driver. */
export class EngineUser {
  readonly page: EnginePage;

  constructor(page: EnginePage) {
    this.page = page;
  }

  /** Waits until a function body returns a value other than null, false and undefined, and returns it. */
  async until<Value>(what: string, body: string, ...args: readonly unknown[]): Promise<Value> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = await this.page.run(body, ...args);
      if (value !== null && value !== false && value !== undefined) return value as Value;
      if (Date.now() > end) {
        const text = await this.page.run(
          "return location.pathname + '\\n' + document.body.innerText.slice(0, 1500)",
        );
        throw new Error(`Waited in vain for ${what}. The page shows:\n${String(text)}`);
      }
      await wait(LOOK_MS);
    }
  }

  async untilText(text: string): Promise<void> {
    const body = `return [...document.querySelectorAll("body > *")].some((part) => part.innerText?.includes(args[0]))`;
    await this.until(`“${text}”`, body, text);
  }

  async untilSaveState(text: string): Promise<void> {
    await this.until(
      `the save state “${text}”`,
      `return [...document.querySelectorAll("output")].some((output) => output.innerText.trim() === args[0])`,
      text,
    );
  }

  /** Returns the center of a control once it no longer moves, scrolled into view. */
  async centerOf(control: ControlQuery): Promise<{ readonly x: number; readonly y: number }> {
    // Waits for the end of animations: one that interrupts another stands still for some frames before it
    // begins.
    const body = `${FIND}
      for (let part = found; part; part = part.parentElement) if (part.getAnimations().length > 0) return null;
      found.scrollIntoView({ block: "nearest", behavior: "instant" });
      const { left, top, width, height } = found.getBoundingClientRect();
      return [left + width / 2, top + height / 2];`;
    let last: readonly number[] | undefined;
    for (;;) {
      const [x = 0, y = 0] = await this.until<readonly number[]>(describe(control), body, control);
      if (last?.[0] === x && last[1] === y) return { x, y };
      last = [x, y];
      await wait(LOOK_MS);
    }
  }

  async click(control: ControlQuery, button: "left" | "right" = "left"): Promise<void> {
    const { x, y } = await this.centerOf(control);
    await this.page.mouse([
      { type: "move", x, y },
      { type: "down", button },
      { type: "up", button },
    ]);
  }

  async isShown(control: ControlQuery): Promise<boolean> {
    return (await this.page.run(`${FIND} return true;`, control)) === true;
  }

  async type(text: string): Promise<void> {
    await this.page.press(...Array.from(text));
  }

  /** Drags a step by its handle below another one. */
  async dragBelow(step: string, target: string): Promise<void> {
    await this.until("the code of drags", `return document.querySelector("[id^=DndLiveRegion]") !== null`);
    const from = await this.centerOf({ role: "button", name: `Reorder ${step}` });
    const to = await this.centerOf({ role: "button", name: `Reorder ${target}` });
    const path = Array.from({ length: 10 }, (_, index) => from.y + ((to.y + 14 - from.y) * (index + 1)) / 10);
    await this.page.mouse([
      { type: "move", ...from },
      { type: "down" },
      { type: "move", x: from.x, y: from.y + 6 },
      { type: "pause", ms: 50 },
      ...path.flatMap((y): MouseAction[] => [
        { type: "move", x: from.x, y },
        { type: "pause", ms: 20 },
      ]),
      { type: "up" },
    ]);
  }

  async stepNames(): Promise<readonly string[]> {
    const names = await this.page.run(`return [...document.querySelectorAll("[data-step-id][aria-level='1']")]
      .toSorted((a, b) => a.getAttribute("aria-posinset") - b.getAttribute("aria-posinset"))
      .map((row) => row.querySelector("[aria-label^='Reorder ']").getAttribute("aria-label").slice(8))`);
    return names as readonly string[];
  }

  async untilSteps(...names: readonly string[]): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (String(await this.stepNames()) !== String(names)) {
      if (Date.now() > end)
        throw new Error(
          `Expected the steps ${names.join(", ")}, not ${(await this.stepNames()).join(", ")}.`,
        );
      await wait(LOOK_MS);
    }
  }
}

const describe = ({ role, name }: ControlQuery) => `the ${role} “${name}”`;

const wait = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
