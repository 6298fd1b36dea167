import { type Locator, type Page, type Request, expect } from "@playwright/test";
import type { JsonObject } from "#core/json/json.ts";
import { openChromiumSession } from "./chromium-session.ts";

/**
 * Polling intervals in milliseconds, equal to those of Playwright's own assertions; `expect.poll` would start with
 * longer ones.
 */
const SOON = { intervals: [20, 50, 100] };

/** Page object of the flow editor. Steps are addressed by name, so names should be unique. */
export class EditorPageObject {
  readonly page: Page;
  readonly list: Locator;
  readonly saveButton: Locator;
  readonly status: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole("list", { name: "Steps" });
    this.saveButton = page.getByRole("button", { name: "Save", exact: true });
    this.status = page.locator("output");
  }

  async open(flowId: string): Promise<void> {
    await this.page.goto(flowId.startsWith("http") ? flowId : `/flows/${flowId}`);
    await expect(this.list).toBeVisible();
  }

  /** Opens a flow and waits for its analysis, which completes after the first render. */
  async openAnalyzed(flowId: string): Promise<void> {
    await this.open(flowId);
    await this.untilAnalyzed();
  }

  async untilAnalyzed(): Promise<void> {
    await expect(this.problemsButton).toBeVisible();
  }

  get problemsButton(): Locator {
    return this.page.getByRole("button", { name: /^(?:No|\d+) problems?/ });
  }

  row(name: string): Locator {
    const handle = this.page.getByRole("button", { name: `Reorder ${name}`, exact: true });
    return this.list.getByRole("listitem").filter({ has: handle });
  }

  handle(name: string): Locator {
    return this.page.getByRole("button", { name: `Reorder ${name}`, exact: true });
  }

  switchOf(name: string): Locator {
    return this.row(name).getByRole("switch", { name: `Enable ${name}`, exact: true });
  }

  branch(conditional: string, word: "then" | "else"): Locator {
    return this.list.getByRole("listitem", { name: new RegExp(`^${escape(conditional)} › ${word}, `) });
  }

  /**
   * Returns the mounted rows from top to bottom, indented by two spaces per level: “2 Route”, “  then”, “  1 Queue”.
   */
  async outline(): Promise<readonly string[]> {
    const rows = await this.list.getByRole("listitem").evaluateAll((items) =>
      items.map((item) => {
        const step = item.querySelector("[aria-label^='Reorder ']")?.getAttribute("aria-label")?.slice(8);
        const words = step
          ? `${item.getAttribute("aria-posinset")} ${step}`
          : item.getAttribute("data-branch");
        const level = Number(item.getAttribute("aria-level")) - 1;
        return { top: item.getBoundingClientRect().top, text: `${"  ".repeat(level)}${words}` };
      }),
    );
    return rows.toSorted((a, b) => a.top - b.top).map(({ text }) => text);
  }

  async expectOutline(rows: readonly string[]): Promise<void> {
    await expect.poll(() => this.outline(), SOON).toEqual(rows);
  }

  async fold(conditional: string): Promise<void> {
    await this.page.getByRole("button", { name: `Collapse ${conditional}`, exact: true }).click();
  }

  async unfold(conditional: string): Promise<void> {
    await this.page.getByRole("button", { name: `Expand ${conditional}`, exact: true }).click();
  }

  async stepNames(): Promise<readonly string[]> {
    const rows = await this.list.locator("[data-step-id][aria-level='1']").evaluateAll((items) =>
      items.map((item) => ({
        position: Number(item.getAttribute("aria-posinset")),
        name: item.querySelector("[aria-label^='Reorder ']")?.getAttribute("aria-label")?.slice(8) ?? "",
      })),
    );
    return rows.toSorted((a, b) => a.position - b.position).map(({ name }) => name);
  }

  async expectSteps(names: readonly string[]): Promise<void> {
    await expect.poll(() => this.stepNames(), SOON).toEqual(names);
  }

  async expectSaid(text: string | RegExp): Promise<void> {
    await expect(
      this.page.locator("[aria-live=assertive], [aria-live=polite]").filter({ hasText: text }),
    ).not.toHaveCount(0);
  }

  async openMenu(name: string): Promise<void> {
    await this.row(name).hover();
    await this.page.getByRole("button", { name: `Actions for ${name}`, exact: true }).click();
    await expect(this.page.getByRole("menu")).toBeVisible();
  }

  /** Chooses an entry of a step's menu, or of a submenu: `path` holds the name of the submenu first. */
  async chooseFromMenu(name: string, ...path: readonly (string | RegExp)[]): Promise<void> {
    await this.openMenu(name);
    await this.chooseMenuPath(path);
  }

  /** Like {@link chooseFromMenu}, for the menu of the flow. */
  async chooseFromFlowMenu(...path: readonly (string | RegExp)[]): Promise<void> {
    await this.page.getByRole("button", { name: "Actions for this flow" }).click();
    await this.chooseMenuPath(path);
  }

  private async chooseMenuPath(path: readonly (string | RegExp)[]): Promise<void> {
    for (const [index, name] of path.entries()) {
      const isSubmenu = index < path.length - 1;
      const entry = this.page.getByRole("menuitem", { name, exact: isSubmenu });
      // Uses keys in submenus: a submenu closes if the pointer does not move toward it within 300 ms.
      if (isSubmenu) await entry.press("ArrowRight");
      else if (index > 0) await entry.press("Enter");
      else await entry.click();
    }
    await expect(this.page.getByRole("menu")).toHaveCount(0);
  }

  /**
   * Waits for the code of drags, which loads after the rows are shown: an earlier press would start no drag.
   */
  async untilDraggable(): Promise<void> {
    await expect(this.page.locator("[id^=DndLiveRegion]")).toBeAttached();
  }

  /** Drags a row by mouse onto the lower or upper half of another row, in small moves as a user does. */
  async dragByMouse(name: string, target: string, half: "above" | "below"): Promise<void> {
    await this.carry(name, this.row(target), half);
    await this.expectSaid(new RegExp(`^“${escape(name)}”, position \\d+ of`));
    await this.page.mouse.up();
  }

  /**
   * Drags a row by mouse over the upper or lower half of another row and keeps the button pressed. `sideways` is a
   * horizontal distance in pixels.
   */
  async carry(name: string, onto: Locator, half: "above" | "below", sideways = 0): Promise<void> {
    await this.untilDraggable();
    const from = await box(this.row(name));
    const x = from.x + 250;
    await this.page.mouse.move(x, from.y + from.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(x, from.y + from.height / 2 + 8, { steps: 4 });
    await this.carryOn(onto, half, x + sideways);
  }

  async carryOn(onto: Locator, half: "above" | "below", x: number): Promise<void> {
    const to = await box(onto);
    await this.page.mouse.move(x, to.y + to.height * (half === "above" ? 0.2 : 0.8), { steps: 12 });
  }

  async dragByTouch(name: string, target: string | Locator, half: "above" | "below"): Promise<void> {
    await this.untilDraggable();
    const onto = typeof target === "string" ? this.row(target) : target;
    const [from, to] = [await box(this.row(name)), await box(onto)];
    const x = Math.round(from.x + 150);
    const start = Math.round(from.y + from.height / 2);
    const end = Math.round(to.y + to.height * (half === "above" ? 0.2 : 0.8));
    const send = await this.#finger(x);
    await send("touchStart", start);
    await expect(this.row(name)).toHaveAttribute("data-carried");
    for (let step = 1; step <= 10; step += 1)
      await send("touchMove", Math.round(start + ((end - start) * step) / 10));
    await this.expectSaid(new RegExp(`^“${escape(name)}”, position \\d+ of`));
    await send("touchEnd");
  }

  /** Swipes up across a row without a pause, which scrolls instead of dragging. */
  async swipeUp(name: string, distance: number): Promise<void> {
    const from = await box(this.row(name));
    const start = Math.round(from.y + from.height / 2);
    const send = await this.#finger(Math.round(from.x + 150));
    const move = (step: number) => send("touchMove", start - (distance * step) / 20);
    // Sends the first move with the touch: a finger that rests for 250 ms would start a drag.
    await Promise.all([send("touchStart", start), move(1)]);
    for (let step = 2; step <= 20; step += 1) await move(step);
    await send("touchEnd");
  }

  /** Sends touch events at `x`, because Playwright itself supports only taps. */
  async #finger(x: number) {
    const session = await openChromiumSession(this.page);
    return (type: "touchStart" | "touchMove" | "touchEnd", y?: number) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: y === undefined ? [] : [{ x, y }] });
  }

  /**
   * Moves a top-level step by its drag handle and the arrow keys, by `by` top-level positions; passes over positions
   * inside conditionals. Returns all announcements.
   */
  async moveByKeyboard(name: string, by: number): Promise<readonly string[]> {
    const names = await this.stepNames();
    const position = names.indexOf(name) + 1 + by;
    const there = new RegExp(`, position ${position} of ${names.length}, (?!in )`);
    const said = [await this.pickUpByKeyboard(name)];
    while (!there.test(said.at(-1) ?? ""))
      said.push(await this.pressAndHear(by > 0 ? "ArrowDown" : "ArrowUp"));
    return [...said, await this.pressAndHear("Space")];
  }

  async pickUpByKeyboard(name: string): Promise<string> {
    await this.waitFourFrames();
    await this.handle(name).focus();
    return this.pressAndHear("Space");
  }

  /** Presses a key and returns the new announcement, which must differ from the previous one. */
  async pressAndHear(key: string): Promise<string> {
    const region = this.page.locator("[aria-live=assertive]:not([role])");
    const before = (await region.textContent()) ?? "";
    await this.page.keyboard.press(key);
    let heard = before;
    // Returns the text that was polled, because the page may clear the region for the next announcement.
    await expect.poll(async () => (heard = (await region.textContent()) || before), SOON).not.toBe(before);
    return heard;
  }

  async renameStep(name: string, next: string): Promise<void> {
    await this.waitFourFrames();
    await this.row(name).focus();
    await this.page.keyboard.press("F2");
    await this.page.getByRole("textbox", { name: /^Name of step/ }).fill(next);
    await this.page.keyboard.press("Enter");
    await expect(this.row(next)).toBeVisible();
  }

  /** Waits four frames, two more than the page may take to move the focus after `focus()`. */
  async waitFourFrames(): Promise<void> {
    await this.page.evaluate(async () => {
      for (let frame = 0; frame < 4; frame += 1)
        await new Promise((resolve) => {
          requestAnimationFrame(resolve);
        });
    });
  }

  /** Opens the advanced fields in the inspector, such as the condition and the error handling. */
  async openAdvanced(): Promise<void> {
    const button = this.page.getByRole("button", { name: /^Advanced/ });
    // Tries again: a problem in the group also expands the group, and a click just after that would collapse
    // it.
    await expect(async () => {
      if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
      await expect(button).toHaveAttribute("aria-expanded", "true", { timeout: 500 });
    }).toPass();
  }

  /** Shows a condition as JavaScript; later conditions of the page are shown so too. */
  async showExpression(label = "Run if"): Promise<void> {
    const tabs = this.page.getByRole("tablist", { name: `${label} as`, exact: true });
    await tabs.getByRole("tab", { name: "Expression" }).click();
  }

  async renameFlow(next: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1 }).getByRole("button").click();
    await this.page.getByRole("textbox", { name: "Flow name" }).fill(next);
    await this.page.keyboard.press("Enter");
    await expect(this.page.getByRole("heading", { level: 1, name: next })).toBeVisible();
  }

  async save(): Promise<JsonObject> {
    const [request] = await Promise.all([this.waitForPut(), this.saveButton.click()]);
    await expect(this.status).toHaveText("Saved");
    return request.postDataJSON();
  }

  waitForPut(): Promise<Request> {
    return this.page.waitForRequest(
      (request) => request.method() === "PUT" && request.url().includes("/v1/flows/"),
    );
  }

  async publish(): Promise<void> {
    await this.page.getByRole("button", { name: "Publish", exact: true }).click();
    await this.confirmPublish();
    await expect(this.page.getByRole("dialog", { name: /^Publish “/ })).toHaveCount(0);
  }

  /** Publishes from the open dialog. If the flow has errors, confirms them first. */
  async confirmPublish(): Promise<void> {
    const dialog = this.page.getByRole("dialog", { name: /^Publish “/ });
    const publish = dialog.getByRole("button", { name: /^(?:Save and publish|Publish)$/ });
    const confirmErrors = dialog.getByRole("checkbox", { name: /^Publish anyway/ });
    await expect(
      publish.and(this.page.locator(":not([aria-disabled])")).or(confirmErrors).first(),
    ).toBeVisible();
    if (await confirmErrors.isVisible()) await confirmErrors.check();
    await publish.click();
  }
}

async function box(locator: Locator) {
  await locator.scrollIntoViewIfNeeded();
  const found = await locator.boundingBox();
  if (!found) throw new Error("The row is not on the page.");
  return found;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
