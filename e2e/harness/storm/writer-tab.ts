import { type Locator, type Page, errors, expect } from "@playwright/test";
import type { Api } from "#e2e/harness/api.ts";
import { Conflict } from "#e2e/harness/conflict.ts";
import { Editor } from "#e2e/harness/editor.ts";
import type { Dice } from "./dice.ts";
import { type FlowRow, textsOf } from "./flow-rows.ts";
import type { Ledger } from "./ledger.ts";
import type { PageView } from "./page-view.ts";
import type { StormLog } from "./storm-log.ts";
import { promptOf } from "./storm-editor.ts";
import { Witness } from "./witness.ts";

interface WriterOptions {
  readonly page: Page;
  readonly api: Api;
  readonly flowId: string;
  readonly dice: Dice;
  readonly log: StormLog;
  readonly ledger: Ledger;
  /** Of the tab; begins the texts that are written in it. */
  readonly name: string;
}

type Intent = { readonly id: string } & (
  | { readonly type: "name" | "prompt"; readonly text: string }
  | { readonly type: "remove" }
);

/** What is there is there by then. */
const SOON = { timeout: 5_000 };

/** Fewer steps than this are left alone. */
const LEAST_STEPS = 5;

/** One tab of one of several people who write the same flow, each going by nothing but what it shows. */
export class WriterTab {
  readonly editor: Editor;
  readonly conflict: Conflict;
  readonly witness: Witness;
  readonly name: string;
  deeds = 0;
  clashes = 0;
  missed = 0;
  readonly #options: WriterOptions;
  #view: PageView | undefined;
  /** What was asked of the page, and has not been seen to happen yet. */
  readonly #intents = new Set<Intent>();

  private constructor(options: WriterOptions, witness: Witness) {
    this.#options = options;
    this.name = options.name;
    this.witness = witness;
    this.editor = new Editor(options.page);
    this.conflict = new Conflict(options.page);
  }

  static async open(options: WriterOptions): Promise<WriterTab> {
    const tab = new WriterTab(options, await Witness.of(options));
    await tab.editor.open(`${options.api.url}/flows/${options.flowId}`);
    await tab.look();
    return tab;
  }

  /** What the tab has shown since; nothing of it was untrue. */
  async look(): Promise<readonly PageView[]> {
    const views = (await this.witness.look()).filter(({ rows }) => rows.length > 0);
    for (const view of views) {
      const before = this.rows;
      this.#view = view;
      this.#noteIntents(before);
    }
    return views;
  }

  /** Where the tab comes to rest, what it says is true. */
  async check(): Promise<void> {
    await this.look();
    await this.witness.check();
    this.#view = this.witness.view;
  }

  /** A text that comes to stand where it was meant to was written, and what stood there the moment before seen to go. */
  #noteIntents(before: readonly FlowRow[]): void {
    const { ledger } = this.#options;
    for (const intent of this.#intents) {
      const [was, now] = [before, this.rows].map((rows) => rows.find(({ id }) => id === intent.id));
      if (intent.type === "remove" ? now !== undefined : now?.[intent.type] !== intent.text) continue;
      this.#intents.delete(intent);
      if (intent.type !== "remove") ledger.write(intent.text, this.name);
      if (was) ledger.letGo(intent.type === "remove" ? textsOf([was]) : [was[intent.type]], this.name);
    }
  }

  get status(): string {
    return this.#view?.status ?? "";
  }

  get rows(): readonly FlowRow[] {
    return this.#view?.rows ?? [];
  }

  /** Does something that a person would who sees this tab. What it is about may be gone before it is done. */
  async act(): Promise<void> {
    this.deeds += 1;
    await this.look();
    try {
      await this.#actUpon();
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      this.#note("comes too late");
      this.missed += 1;
      await this.editor.page.keyboard.press("Escape");
    }
  }

  async #actUpon(): Promise<void> {
    const { dice } = this.#options;
    if (await this.conflict.dialog.isVisible()) return this.settle();
    const isBehind = await this.conflict.banner.isVisible();
    const chance = dice.next();
    if (isBehind && chance < 0.2) return this.#merge();
    if (isBehind && chance < 0.25) return this.#takeTheirs();
    if (chance < 0.3) return this.save();
    if (chance < 0.5) return this.#rename(dice.pick(this.rows));
    if (chance < 0.65) return this.#write(dice.pick(this.rows));
    if (chance < 0.73) return this.#press(dice.pick(this.rows), "Space");
    if (chance < 0.83) return this.#press(dice.pick(this.rows), `Alt+Arrow${dice.pick(["Up", "Down"])}`);
    if (chance < 0.87) return this.rows.length > LEAST_STEPS ? this.#remove(dice.pick(this.rows)) : undefined;
    return this.#travel(dice.pick(["Control+z", "Control+z", "Control+Shift+z"]));
  }

  async save(): Promise<void> {
    this.#note("saves");
    await this.editor.page.keyboard.press("Control+s");
  }

  /** Chooses in every clash that is shown, and has seen what it did not choose. */
  async settle(): Promise<void> {
    const { dialog } = this.conflict;
    const open = dialog
      .locator("fieldset:not(:has(input:checked))")
      .or(dialog.getByRole("group").filter({ hasText: "This changed after you chose." }));
    // What somebody saves meanwhile is asked again.
    while (await dialog.isVisible()) {
      while ((await open.count()) > 0) await this.#choose(open.first());
      await this.#letGoOfUnchosen();
      await dialog.getByRole("button", { name: /^Apply/ }).click();
      await expect.poll(async () => !(await dialog.isVisible()) || (await open.count()) > 0).toBe(true);
    }
  }

  async #choose(clash: Locator): Promise<void> {
    const { dice } = this.#options;
    // From here on it is this very one, whatever becomes of the others.
    const id = await clash.getAttribute("data-clash", SOON).catch(() => null);
    const group = this.conflict.dialog.locator(`[data-clash=${JSON.stringify(id)}]`);
    const keep = group.getByRole("radio", { name: /: keep it$/ });
    const side = dice.pick(["Mine", "Theirs"]);
    const isRemoval = (await keep.count()) > 0;
    try {
      // A click confirms what is chosen already, too.
      await (isRemoval ? keep : group.getByRole("radio", { name: side, exact: true })).click(SOON);
      this.#note(`chooses ${isRemoval ? "to keep" : side} in ${id}`);
      this.clashes += 1;
    } catch (error) {
      // Somebody else saved: it is another clash by now, or none.
      if (!(error instanceof errors.TimeoutError)) throw error;
    }
  }

  /**
   * What stands beside the choices is what they were made of: of anything newer it would be asked again. Choices that were
   * made before an undo are shown again, and count as well.
   */
  async #letGoOfUnchosen(): Promise<void> {
    const { ledger } = this.#options;
    const unchosen = this.conflict.dialog
      .locator("fieldset:has(input:checked)")
      .getByRole("radio", { name: /^(?:Mine|Theirs)$/, checked: false });
    for (const option of await unchosen.all())
      ledger.letGo(ledger.findIn(await textAround(option)), this.name);
  }

  async #merge(): Promise<void> {
    this.#note("merges");
    await this.conflict.banner
      .getByRole("button", { name: /^(?:Merge|Settle)|^Show theirs$/ })
      .first()
      .click();
  }

  /** Gives up what is unsaved here. */
  async #takeTheirs(): Promise<void> {
    const { ledger } = this.#options;
    this.#note("takes theirs");
    const before = textsOf(this.rows);
    await this.conflict.bannerButton("Show theirs");
    await expect(this.conflict.banner).toHaveCount(0);
    await this.look();
    const gone = without(before, textsOf(this.rows));
    ledger.letGo(
      gone.filter((text) => ledger.isOf(text, this.name)),
      this.name,
    );
  }

  async #rename(row: FlowRow): Promise<void> {
    const { page } = this.editor;
    const text = this.#newText();
    this.#note(`renames ${row.name} to ${text}`);
    const intent: Intent = { type: "name", id: row.id, text };
    this.#intents.add(intent);
    await this.#rowOf(row).focus(SOON);
    await page.keyboard.press("F2");
    await page.getByRole("textbox", { name: /^Name of step/ }).fill(text, SOON);
    await page.keyboard.press("Enter");
    await this.#expect(intent);
  }

  async #write(row: FlowRow): Promise<void> {
    const { page } = this.editor;
    const text = this.#newText();
    this.#note(`writes ${text} into ${row.name} over ${row.prompt}`);
    await this.#rowOf(row).click(SOON);
    const box = promptOf(page, row.name);
    await box.click(SOON);
    await box.and(page.locator(":focus")).waitFor(SOON);
    const intent: Intent = { type: "prompt", id: row.id, text };
    this.#intents.add(intent);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(text);
    await this.#rowOf(row).click(SOON);
    await this.#expect(intent);
  }

  /** Sees it happen, unless the question about clashes comes before it. */
  async #expect(intent: Intent): Promise<void> {
    const isOver = async () => {
      await this.look();
      return !this.#intents.has(intent) || (await this.conflict.dialog.isVisible());
    };
    await expect.poll(isOver, { message: JSON.stringify(intent), intervals: [0, 20, 50, 100] }).toBe(true);
  }

  async #press(row: FlowRow, key: string): Promise<void> {
    this.#note(`presses ${key} on ${row.name}`);
    await this.#rowOf(row).focus(SOON);
    await this.editor.page.keyboard.press(key);
    await this.look();
  }

  async #remove(row: FlowRow): Promise<void> {
    this.#note(`removes ${row.name}`);
    await this.#rowOf(row).focus(SOON);
    const intent: Intent = { type: "remove", id: row.id };
    this.#intents.add(intent);
    await this.editor.page.keyboard.press("Delete");
    await this.#expect(intent);
  }

  /** Undo and redo: what goes was there to be seen, and what comes is there again. */
  async #travel(key: string): Promise<void> {
    this.#note(`presses ${key}`);
    await this.editor.list.getByRole("listitem").first().focus();
    await this.look();
    const before = textsOf(this.rows);
    await this.editor.page.keyboard.press(key);
    const [next] = await this.look();
    const after = textsOf(next?.rows ?? this.rows);
    const { ledger } = this.#options;
    ledger.letGo(without(before, after), this.name);
    ledger.takeBack(without(after, before), this.name);
  }

  #rowOf({ id }: FlowRow): Locator {
    return this.editor.list.locator(`[data-step-id="${id}"]`);
  }

  #newText(): string {
    // No text is the beginning of another.
    return `${this.name}.${this.deeds}!`;
  }

  #note(text: string): void {
    this.#options.log.note(`${this.name} ${text} [${this.status}]`);
  }
}

/** An option with what it comes to, whether it is drawn yet or has to be scrolled to. */
async function textAround(option: Locator): Promise<string> {
  const text = option.locator("xpath=../..").textContent(SOON);
  // It is gone where somebody else saved, and then the question is another.
  return (await text.catch(() => null)) ?? "";
}

function without(texts: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] {
  return [...texts].filter((text) => !others.has(text));
}
