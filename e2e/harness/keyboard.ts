import { type Locator, type Page, expect } from "@playwright/test";

/** Minimum width and height of a target by WCAG 2.5.8, in CSS pixels. */
const LEAST_TARGET = 24;
const MOST_STOPS = 80;

/** A keyboard user who navigates by Tab. Each focused element is checked for a focus indicator, visibility and size. */
export class KeyboardOnlyUser {
  readonly page: Page;
  readonly #problems = new Set<string>();

  constructor(page: Page) {
    this.page = page;
  }

  /** Makes every pointer event fail the test. Takes effect with the next page load. */
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

  async arrowTo(target: Locator): Promise<void> {
    await this.#go("ArrowDown", target);
  }

  expectGoodStops(): void {
    expect([...this.#problems], "problems at the focus stops").toEqual([]);
  }

  async #go(key: string, target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    // Waits until an opened dialog has taken the focus, which may happen after the dialog is drawn.
    await expect.poll(() => target.evaluate(isFocusInSameDialog)).toBe(true);
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await this.#isFocused(target)) return;
      await this.page.keyboard.press(key);
      // Repeats a failed check in the next frame, because scrolling to the focused element may take a frame.
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
      // A press on the label of a checkbox presses the checkbox.
      const label = element.matches("[type=checkbox], [type=radio]") ? element.closest("label") : null;
      const { left, top, width, height } = (label ?? element).getBoundingClientRect();
      const found: string[] = [];
      // Measures `::after` of a row's link: this pseudo-element makes the whole row clickable.
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

function isFocusInSameDialog(element: Element): boolean {
  const dialog = element.closest("[role=dialog], [role=alertdialog]");
  return !dialog || dialog.contains(document.activeElement);
}
