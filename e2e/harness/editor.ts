import { type Locator, type Page, type Request, expect } from "@playwright/test";
import type { JsonObject } from "#core/json.ts";

/** As often as Playwright looks at an element by itself; the default of a poll begins at a tenth of a second. */
const SOON = { intervals: [20, 50, 100] };

/** What a person does in the flow editor, in their words. Steps are named; names are expected to be unlike each other. */
export class Editor {
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

  /** Opens a flow and waits until the editor knows what it means, which is a moment after it can be edited. */
  async openAnalysed(flowId: string): Promise<void> {
    await this.open(flowId);
    await this.untilUnderstood();
  }

  /** From here on the editor knows what the flow means. */
  async untilUnderstood(): Promise<void> {
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

  /** The row over the steps of a branch. */
  branch(conditional: string, word: "then" | "else"): Locator {
    return this.list.getByRole("listitem", { name: new RegExp(`^${escape(conditional)} › ${word}, `) });
  }

  /** The mounted rows from top to bottom, two spaces a level: “2 Route”, “  then”, “  1 Queue”. */
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
    await this.page.getByRole("button", { name: `Fold ${conditional}`, exact: true }).click();
  }

  async unfold(conditional: string): Promise<void> {
    await this.page.getByRole("button", { name: `Unfold ${conditional}`, exact: true }).click();
  }

  /** The names of the mounted steps of the top level, in the order of their positions. */
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

  async chooseFromMenu(name: string, entry: string): Promise<void> {
    await this.openMenu(name);
    await this.page.getByRole("menuitem", { name: entry }).click();
    await expect(this.page.getByRole("menu")).toHaveCount(0);
  }

  /** Drags a row by the mouse onto the lower or upper half of another, in small steps, as a hand does. */
  async dragByMouse(name: string, target: string, half: "above" | "below"): Promise<void> {
    const [from, to] = [await box(this.row(name)), await box(this.row(target))];
    const x = from.x + 200;
    const y = to.y + to.height * (half === "above" ? 0.2 : 0.8);
    await this.page.mouse.move(x, from.y + from.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(x, from.y + from.height / 2 + 8, { steps: 4 });
    await this.page.mouse.move(x, y, { steps: 12 });
    await this.expectSaid(new RegExp(`^${escape(name)}, position \\d+ of`));
    await this.page.mouse.up();
  }

  /**
   * Takes a row by the mouse and carries it onto another: over its upper or lower half, and as many pixels to the side.
   * The button stays down.
   */
  async carry(name: string, onto: Locator, half: "above" | "below", sideways = 0): Promise<void> {
    const from = await box(this.row(name));
    const x = from.x + 250;
    await this.page.mouse.move(x, from.y + from.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(x, from.y + from.height / 2 + 8, { steps: 4 });
    await this.carryOn(onto, half, x + sideways);
  }

  /** Carries what the mouse already holds on to another row. */
  async carryOn(onto: Locator, half: "above" | "below", x: number): Promise<void> {
    const to = await box(onto);
    await this.page.mouse.move(x, to.y + to.height * (half === "above" ? 0.2 : 0.8), { steps: 12 });
  }

  /** Picks a row up by a long press of a finger, moves it onto another, and lets go. */
  async dragByTouch(
    name: string,
    target: string | Locator,
    half: "above" | "below",
    sideways = 0,
  ): Promise<void> {
    const onto = typeof target === "string" ? this.row(target) : target;
    const [from, to] = [await box(this.row(name)), await box(onto)];
    const x = Math.round(from.x + 150);
    const start = Math.round(from.y + from.height / 2);
    const end = Math.round(to.y + to.height * (half === "above" ? 0.2 : 0.8));
    const send = await this.#finger(x);
    await send("touchStart", start);
    // The row is marked once the press was long enough to pick it up.
    await expect(this.row(name)).toHaveAttribute("data-carried");
    for (let step = 1; step <= 10; step += 1)
      await send("touchMove", Math.round(start + ((end - start) * step) / 10), x + (sideways * step) / 10);
    await this.expectSaid(new RegExp(`^${escape(name)}, position \\d+ of`));
    await send("touchEnd");
  }

  /** Moves a finger up across a row without resting on it first, as one does to scroll. */
  async swipeUp(name: string, distance: number): Promise<void> {
    const from = await box(this.row(name));
    const start = Math.round(from.y + from.height / 2);
    const send = await this.#finger(Math.round(from.x + 150));
    await send("touchStart", start);
    for (let step = 1; step <= 20; step += 1) await send("touchMove", start - (distance * step) / 20);
    await send("touchEnd");
  }

  /** A finger at `x`; Playwright itself can only tap. */
  async #finger(x: number) {
    const session = await this.page.context().newCDPSession(this.page);
    return (type: "touchStart" | "touchMove" | "touchEnd", y?: number, atX = x) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: y === undefined ? [] : [{ x: atX, y }],
      });
  }

  /**
   * Space on the handle, one arrow at a time with its announcement waited for, Space. `by` counts positions of the top
   * level; the places inside conditionals that lie between are gone through. Returns what was said.
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
    await this.untilStill();
    await this.handle(name).focus();
    return this.pressAndHear("Space");
  }

  /** Presses a key and returns what is said of it, which must be another sentence than the one before. */
  async pressAndHear(key: string): Promise<string> {
    const region = this.page.locator("[aria-live=assertive]:not([role])");
    const before = (await region.textContent()) ?? "";
    await this.page.keyboard.press(key);
    await expect.poll(async () => (await region.textContent()) || before, SOON).not.toBe(before);
    return (await region.textContent()) ?? "";
  }

  async renameStep(name: string, next: string): Promise<void> {
    await this.untilStill();
    await this.row(name).focus();
    await this.page.keyboard.press("F2");
    await this.page.getByRole("textbox", { name: /^Name of step/ }).fill(next);
    await this.page.keyboard.press("Enter");
    await expect(this.row(next)).toBeVisible();
  }

  /** For two frames the page calls the focus back from where a program puts it, as a test does and no person. */
  async untilStill(): Promise<void> {
    await this.page.evaluate(async () => {
      for (let frame = 0; frame < 4; frame += 1)
        await new Promise((resolve) => {
          requestAnimationFrame(resolve);
        });
    });
  }

  async renameFlow(next: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1 }).getByRole("button").click();
    await this.page.getByRole("textbox", { name: "Flow name" }).fill(next);
    await this.page.keyboard.press("Enter");
    await expect(this.page.getByRole("heading", { level: 1, name: next })).toBeVisible();
  }

  /** Saves and returns the body that the page sent. */
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

  /** In the open preview: says that the errors are known, if there are any, and goes on. */
  async confirmPublish(): Promise<void> {
    const dialog = this.page.getByRole("dialog", { name: /^Publish “/ });
    const publish = dialog.getByRole("button", { name: /^(?:Save and publish|Publish)$/ });
    const knowsOfErrors = dialog.getByRole("checkbox", { name: /^I know of/ });
    await expect(
      publish.and(this.page.locator(":not([aria-disabled])")).or(knowsOfErrors).first(),
    ).toBeVisible();
    if (await knowsOfErrors.isVisible()) await knowsOfErrors.check();
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
