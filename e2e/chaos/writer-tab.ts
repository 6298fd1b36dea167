import { type Locator, type Page, errors, expect } from "@playwright/test";
import type { ApiClient } from "#e2e/harness/api.ts";
import { SaveConflictPageObject } from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import type { SeededRandom } from "#core/testing/seeded-random.ts";
import { type DisplayedStepRow, collectStepNamesAndPrompts } from "./flow-rows.ts";
import type { WrittenAndRemovedTextRegistry } from "./written-text-ledger.ts";
import type { PageSnapshot } from "./page-view.ts";
import type { ChaosScenarioEventLog } from "./chaos-log.ts";
import { locatePromptFieldOfStep } from "./chaos-editor.ts";
import { SaveStatusInvariantChecker } from "./invariant-checker.ts";

interface WriterOptions {
  readonly page: Page;
  readonly api: ApiClient;
  readonly flowId: string;
  readonly dice: SeededRandom;
  readonly log: ChaosScenarioEventLog;
  readonly ledger: WrittenAndRemovedTextRegistry;
  readonly name: string;
}

type Intent = { readonly id: string } & (
  | { readonly type: "name" | "prompt"; readonly text: string }
  | { readonly type: "remove" }
);

const SOON = { timeout: 5_000 };

const LEAST_STEPS = 5;

/** A tab of a user who edits a flow together with other users and tabs. It acts only on what the tab shows. */
export class RandomWriterTab {
  readonly editor: EditorPageObject;
  readonly conflict: SaveConflictPageObject;
  readonly checker: SaveStatusInvariantChecker;
  readonly name: string;
  actions = 0;
  missed = 0;
  readonly #options: WriterOptions;
  #view: PageSnapshot | undefined;
  readonly #intents = new Set<Intent>();

  private constructor(options: WriterOptions, checker: SaveStatusInvariantChecker) {
    this.#options = options;
    this.name = options.name;
    this.checker = checker;
    this.editor = new EditorPageObject(options.page);
    this.conflict = new SaveConflictPageObject(options.page);
  }

  static async open(options: WriterOptions): Promise<RandomWriterTab> {
    const tab = new RandomWriterTab(options, await SaveStatusInvariantChecker.of(options));
    await tab.editor.open(`${options.api.url}/flows/${options.flowId}`);
    await tab.look();
    return tab;
  }

  async look(): Promise<readonly PageSnapshot[]> {
    const views = (await this.checker.look()).filter(({ rows }) => rows.length > 0);
    for (const view of views) {
      const rowsBefore = this.rows;
      this.#view = view;
      this.#noteIntents(rowsBefore);
    }
    return views;
  }

  async check(): Promise<void> {
    await this.look();
    await this.checker.check();
    this.#view = this.checker.view;
  }

  /**
   * Finds the edits of this tab that the page now shows. Records the new text of each edit as written, and the text
   * that it replaced as removed.
   */
  #noteIntents(rowsBefore: readonly DisplayedStepRow[]): void {
    const { ledger } = this.#options;
    for (const intent of this.#intents) {
      const [was, now] = [rowsBefore, this.rows].map((rows) => rows.find(({ id }) => id === intent.id));
      if (intent.type === "remove" ? now !== undefined : now?.[intent.type] !== intent.text) continue;
      this.#intents.delete(intent);
      if (intent.type !== "remove") ledger.write(intent.text, this.name);
      if (was)
        ledger.letGo(
          intent.type === "remove" ? collectStepNamesAndPrompts([was]) : [was[intent.type]],
          this.name,
        );
    }
  }

  get status(): string {
    return this.#view?.status ?? "";
  }

  get rows(): readonly DisplayedStepRow[] {
    return this.#view?.rows ?? [];
  }

  /**
   * Performs a random action. If the action times out, for example because another user removed the step, counts the
   * action as missed instead of failing the test.
   */
  async act(): Promise<void> {
    this.actions += 1;
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
    if (await this.conflict.dialog.isVisible()) return this.flush();
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
    return this.#undoOrRedo(dice.pick(["Control+z", "Control+z", "Control+Shift+z"]));
  }

  async save(): Promise<void> {
    this.#note("saves");
    await this.editor.page.keyboard.press("Control+s");
  }

  async flush(): Promise<void> {
    const { dialog } = this.conflict;
    const open = dialog
      .locator("fieldset:not(:has(input:checked))")
      .or(dialog.getByRole("group").filter({ hasText: "This field changed after you chose." }));
    // Repeats until the dialog closes: if another user's save changes a conflict, the conflict needs a new choice.
    while (await dialog.isVisible()) {
      while ((await open.count()) > 0) await this.#choose(open.first());
      await this.#letGoOfUnchosen();
      await dialog.getByRole("button", { name: /^Apply/ }).click();
      await expect.poll(async () => !(await dialog.isVisible()) || (await open.count()) > 0).toBe(true);
    }
  }

  async #choose(conflict: Locator): Promise<void> {
    const { dice } = this.#options;
    // Finds the conflict by its id instead of its position, because other conflicts may disappear meanwhile.
    const id = await conflict.getAttribute("data-conflict", SOON).catch(() => null);
    const group = this.conflict.dialog.locator(`[data-conflict=${JSON.stringify(id)}]`);
    const keep = group.getByRole("radio", { name: /: keep$/ });
    const side = dice.pick(["Mine", "Theirs"]);
    const isRemoval = (await keep.count()) > 0;
    try {
      // Clicks even if the option is checked: if another user's save changed the conflict, this confirms the choice.
      await (isRemoval ? keep : group.getByRole("radio", { name: side, exact: true })).click(SOON);
      this.#note(`chooses ${isRemoval ? "to keep" : side} in ${id}`);
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
    }
  }

  /**
   * Records the text of each option that this user rejected in the conflict dialog as removed by this user. Reads the
   * dialog before Apply, because an undo may have restored choices that this tab did not click.
   */
  async #letGoOfUnchosen(): Promise<void> {
    const { ledger } = this.#options;
    const unchosen = this.conflict.dialog
      .locator("fieldset:has(input:checked)")
      .getByRole("radio", { name: /^(?:Mine|Theirs)$/, checked: false });
    for (const option of await unchosen.all())
      ledger.letGo(ledger.findIn(await readOptionText(option)), this.name);
  }

  async #merge(): Promise<void> {
    this.#note("merges");
    await this.conflict.banner
      .getByRole("button", { name: /^(?:Merge|Resolve)|^Use theirs$/ })
      .first()
      .click();
  }

  async #takeTheirs(): Promise<void> {
    const { ledger } = this.#options;
    this.#note("takes theirs");
    const rowsBefore = collectStepNamesAndPrompts(this.rows);
    await this.conflict.bannerButton("Use theirs");
    await expect(this.conflict.banner).toHaveCount(0);
    await this.look();
    const gone = without(rowsBefore, collectStepNamesAndPrompts(this.rows));
    ledger.letGo(
      gone.filter((text) => ledger.isOf(text, this.name)),
      this.name,
    );
  }

  async #rename(row: DisplayedStepRow): Promise<void> {
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

  async #write(row: DisplayedStepRow): Promise<void> {
    const { page } = this.editor;
    const text = this.#newText();
    this.#note(`writes ${text} into ${row.name} over ${row.prompt}`);
    await this.#rowOf(row).click(SOON);
    const box = locatePromptFieldOfStep(page, row.name);
    await box.click(SOON);
    await box.and(page.locator(":focus")).waitFor(SOON);
    const intent: Intent = { type: "prompt", id: row.id, text };
    this.#intents.add(intent);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(text);
    await this.#rowOf(row).click(SOON);
    await this.#expect(intent);
  }

  /** Waits for the effect of an action, or until the conflict dialog opens. */
  async #expect(intent: Intent): Promise<void> {
    const isOver = async () => {
      await this.look();
      return !this.#intents.has(intent) || (await this.conflict.dialog.isVisible());
    };
    await expect.poll(isOver, { message: JSON.stringify(intent), intervals: [0, 20, 50, 100] }).toBe(true);
  }

  async #press(row: DisplayedStepRow, key: string): Promise<void> {
    this.#note(`presses ${key} on ${row.name}`);
    await this.#rowOf(row).focus(SOON);
    await this.editor.page.keyboard.press(key);
    await this.look();
  }

  async #remove(row: DisplayedStepRow): Promise<void> {
    this.#note(`removes ${row.name}`);
    await this.#rowOf(row).focus(SOON);
    const intent: Intent = { type: "remove", id: row.id };
    this.#intents.add(intent);
    await this.editor.page.keyboard.press("Delete");
    await this.#expect(intent);
  }

  /**
   * Presses undo or redo. Records each text that disappears as removed, and each text that reappears as no longer
   * removed.
   */
  async #undoOrRedo(key: string): Promise<void> {
    this.#note(`presses ${key}`);
    await this.editor.list.getByRole("listitem").first().focus();
    await this.look();
    const rowsBefore = collectStepNamesAndPrompts(this.rows);
    await this.editor.page.keyboard.press(key);
    const [next] = await this.look();
    const after = collectStepNamesAndPrompts(next?.rows ?? this.rows);
    const { ledger } = this.#options;
    ledger.letGo(without(rowsBefore, after), this.name);
    ledger.takeBack(without(after, rowsBefore), this.name);
  }

  #rowOf({ id }: DisplayedStepRow): Locator {
    return this.editor.list.locator(`[data-step-id="${id}"]`);
  }

  #newText(): string {
    // The “!” at the end ensures that no text is a prefix of another.
    return `${this.name}.${this.actions}!`;
  }

  #note(text: string): void {
    this.#options.log.note(`${this.name} ${text} [${this.status}]`);
  }
}

async function readOptionText(option: Locator): Promise<string> {
  const text = option.locator("xpath=../..").textContent(SOON);
  // Returns an empty text if the option has disappeared, because the save of another user changed the conflict.
  return (await text.catch(() => null)) ?? "";
}

function without(texts: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] {
  return [...texts].filter((text) => !others.has(text));
}
