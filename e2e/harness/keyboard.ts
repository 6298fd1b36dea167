import { type Locator, type Page, expect } from "@playwright/test";

/** WCAG 2.5.8: what can be pressed is at least this wide and high, in CSS pixels. */
const LEAST_TARGET = 24;
const MOST_STOPS = 80;

/** A person who has nothing but a keyboard: gets about by Tab, and sees what each stop looks like. */
export class Keyboard {
  readonly page: Page;
  readonly #problems = new Set<string>();

  constructor(page: Page) {
    this.page = page;
  }

  /** From the next page on, a press of a pointer fails the test. */
  async forbidPointers(): Promise<void> {
    await this.page.addInitScript(() => {
      addEventListener("pointerdown", () => {
        throw new Error("A pointer was used.");
      });
    });
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Types over all that the focused field holds. */
  async typeOver(text: string): Promise<void> {
    await this.press("ControlOrMeta+a");
    await this.type(text);
  }

  async tabTo(target: Locator): Promise<void> {
    await this.#go("Tab", target);
  }

  async tabBackTo(target: Locator): Promise<void> {
    await this.#go("Shift+Tab", target);
  }

  /** Goes through a menu or a list of choices. */
  async arrowTo(target: Locator): Promise<void> {
    await this.#go("ArrowDown", target);
  }

  /** Every stop so far had a mark, was in sight and could be hit. */
  expectGoodStops(): void {
    expect([...this.#problems], "places where the focus stopped").toEqual([]);
  }

  async #go(key: string, target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await this.#isFocused(target)) return;
      await this.page.keyboard.press(key);
      // What follows the focus, such as a scroll, may take a frame: only what stays is a problem.
      if ((await this.#look()).length > 0) await this.#nextFrame();
      for (const problem of await this.#look()) this.#problems.add(problem);
    }
    throw new Error(
      `${key} does not lead to ${target.toString()}; the last stop was ${await this.#where()}.`,
    );
  }

  #isFocused(target: Locator): Promise<boolean> {
    return target.evaluate((element) => element === document.activeElement);
  }

  #where(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? "nowhere");
  }

  async #nextFrame(): Promise<void> {
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }

  #look(): Promise<readonly string[]> {
    return this.page.evaluate((least) => {
      const element = document.activeElement;
      if (!element || element === document.body) return [];
      const what = `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 40)}`;
      const { left, top, width, height } = element.getBoundingClientRect();
      const found: string[] = [];
      // What stands for a whole row reaches over it.
      const reach = getComputedStyle(element, "::after");
      const isWide = Math.max(width, Number.parseFloat(reach.width) || 0) >= least;
      const isHigh = Math.max(height, Number.parseFloat(reach.height) || 0) >= least;
      if (!isWide || !isHigh) found.push(`${what} is only ${width} × ${height}`);
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      if (!hit || !(element.contains(hit) || hit.contains(element)))
        found.push(`${what} at ${left}, ${top} is out of sight or under ${hit?.outerHTML.slice(0, 120)}`);
      const around = [element.parentElement, element.closest("[data-field], label"), element.closest("li")];
      const rings = [element, ...around].filter(Boolean);
      const isMarked = rings.some((ring) => ring && getComputedStyle(ring).outlineStyle !== "none");
      if (!isMarked && !element.closest(".cm-editor, [role=menu], [role=dialog]"))
        found.push(`${what} has no focus ring`);
      return found;
    }, LEAST_TARGET);
  }
}
