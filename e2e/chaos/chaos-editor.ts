import { setTimeout as wait } from "node:timers/promises";
import { type Locator, type Page, expect } from "@playwright/test";
import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import {
  type EditHistory,
  countUnsavedHistoryEdits,
  recordSaveInHistory,
  createEditHistory,
} from "#core/history/edit-history.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { getStepName } from "#core/document/step.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import {
  type ChaosAction,
  type ChaosActionProbabilities,
  applyChaosActionToEditHistory,
  chooseRandomChaosAction,
  describeChaosAction,
  getStepOrThrow,
  buildSetPromptCommand,
} from "./chaos-action.ts";
import type { SeededRandom } from "#core/testing/seeded-random.ts";
import { serializeStepRowsOfDocument, serializeStepRows } from "./flow-rows.ts";
import type { ChaosScenarioEventLog } from "./chaos-log.ts";
import type { SaveStatusInvariantChecker } from "./invariant-checker.ts";

export interface DisplayedFlowDocument {
  readonly document: FlowDocument;
  /**
   * When the page first showed the document, in milliseconds since 1970; undefined if the page was not seen to show it.
   */
  seenAt: number | undefined;
  /** Content of the text box if the user is typing at this moment. */
  readonly typed?: string;
}

interface ChaosOptions {
  readonly page: Page;
  readonly dice: SeededRandom;
  readonly log: ChaosScenarioEventLog;
  readonly checker: SaveStatusInvariantChecker;
  readonly name: string;
}

/**
 * A user who edits one flow at random by keyboard and pointer. The same edits are applied to a model of the flow in
 * src/core, which predicts the document that the page must show at each moment.
 */
export class RandomEditingUser {
  readonly editor: EditorPageObject;
  readonly checker: SaveStatusInvariantChecker;
  /** Every document that the page showed or was about to show, oldest first. */
  readonly moments: DisplayedFlowDocument[] = [];
  history: EditHistory;
  actions = 0;
  #isCountSure = true;
  /**
   * `#was` is the serialized document that the page showed last. `#expected` contains the documents that the page may
   * show next.
   */
  #was = "";
  #expected: readonly DisplayedFlowDocument[] = [];
  readonly #options: ChaosOptions;

  constructor(flow: Flow, options: ChaosOptions) {
    this.#options = options;
    this.editor = new EditorPageObject(options.page);
    this.checker = options.checker;
    const { versionToken: token, updatedAt } = flow;
    this.history = createEditHistory({ document: parseFlowDocument(flow), version: { token, updatedAt } });
    this.moments.push({ document: this.history.document, seenAt: Date.now() });
  }

  async act(options: ChaosActionProbabilities = {}): Promise<void> {
    const { dice, name } = this.#options;
    await this.perform(
      chooseRandomChaosAction(dice, this.history, { ...options, name: `${name}-${this.actions + 1}` }),
    );
  }

  /** Renames a random step. Unlike a random action, this always makes an unsaved edit. */
  async rename(): Promise<void> {
    const { dice, name } = this.#options;
    const { key } = dice.pick(this.history.document.steps);
    await this.perform({ type: "rename", by: "key", key, name: `${name}-${this.actions + 1}` });
  }

  async edit(count: number): Promise<void> {
    for (let edit = 0; edit < count; edit += 1) await this.act({ saves: 0 });
  }

  async perform(action: ChaosAction): Promise<void> {
    this.actions += 1;
    this.#options.log.note(
      `${this.#options.name} ${describeChaosAction(this.history, action)} by ${action.by}`,
    );
    const next = applyChaosActionToEditHistory(this.history, action);
    const isEdit = next.document !== this.history.document;
    this.#was = this.shown;
    this.#expected = isEdit ? momentsOf(this.history, action, next) : [];
    this.moments.push(...this.#expected);
    await this.#do(action);
    this.history = next;
    if (isEdit) await expect.poll(() => this.#look(), { intervals: [0, 20, 50, 100, 250] }).toBe(this.shown);
    else await this.checker.look();
    // The number of unsaved edits is unknown until the page is idle, because it is unknown which edits the save
    // includes.
    if (action.type === "save") this.#isCountSure = false;
    else this.#checkCount();
  }

  #checkCount(): void {
    const status = this.checker.status ?? "";
    if (!this.#isCountSure || !/unsaved|^Saved$/.test(status)) return;
    const count = countUnsavedHistoryEdits(this.history);
    const words = count === 0 ? "Saved" : `${count} unsaved change${count === 1 ? "" : "s"}`;
    if (status !== words) throw new Error(`The page showed “${status}”, not “${words}”.`);
  }

  async save(): Promise<void> {
    await this.perform({ type: "save", by: "pointer" });
    await this.untilSaved();
  }

  /** Waits until the page shows “Saved” and the server holds the document that the page shows. */
  async untilSaved(): Promise<void> {
    await expect(this.editor.status).toHaveText("Saved", { timeout: 60_000 });
    await this.checker.check();
    await this.checker.expectHeld(this.shown);
    const { base, document, position } = this.history;
    this.history = recordSaveInHistory(this.history, position, { ...base, document });
    this.#isCountSure = true;
  }

  get shown(): string {
    return serializeStepRowsOfDocument(this.history.document);
  }

  /**
   * Returns the document that the page shows now. Throws if the page showed a document that the model does not
   * predict after the latest action.
   */
  async #look(): Promise<string> {
    let last = this.#was;
    for (const { at, rows, typed } of await this.checker.look()) {
      if (rows.length === 0) continue;
      last = serializeStepRows(rows);
      const met = this.#expected.filter((one) => serializeStepRowsOfDocument(one.document) === last);
      if (met.length === 0 && last !== this.#was)
        throw new Error(`The page showed ${last}, not ${this.shown}.`);
      const written = this.#expected.filter((one) => typed !== undefined && one.typed === typed);
      for (const moment of [...met, ...written]) moment.seenAt ??= at;
    }
    this.#was = last;
    return last;
  }

  async #do(action: ChaosAction): Promise<void> {
    const { editor } = this;
    const { keyboard } = editor.page;
    const name = "key" in action ? getStepName(getStepOrThrow(this.history.document, action.key)) : "";
    const { entries, position } = this.history;
    switch (action.type) {
      case "switch":
        if (action.by === "pointer") return this.#click(editor.switchOf(name));
        await this.#walkTo(action.key);
        return keyboard.press("Space");
      case "rename":
        await this.#walkTo(action.key);
        await keyboard.press("F2");
        await editor.page.getByRole("textbox", { name: /^Name of step/ }).fill(action.name);
        return keyboard.press("Enter");
      case "write":
        return this.#write(name, action.text);
      case "move":
        await this.#walkTo(action.key);
        return keyboard.press(action.direction === "up" ? "Alt+ArrowUp" : "Alt+ArrowDown");
      case "remove":
        await this.#walkTo(action.key);
        return keyboard.press("Delete");
      case "undo":
        if (action.by === "key") return keyboard.press("Control+z");
        return this.#pressButton(`Undo ${entries[position - 1]?.label}`);
      case "redo":
        if (action.by === "key") return keyboard.press("Control+Shift+z");
        return this.#pressButton(`Redo ${entries[position]?.label}`);
      case "save":
        // Clicks even if the button is aria-disabled. Users can press such a button, which then explains why saving is
        // impossible.
        return action.by === "key" ? keyboard.press("Control+s") : editor.saveButton.click({ force: true });
    }
  }

  /**
   * Clicks a switch; clicks again if a banner that appears meanwhile moves the switch away from the pointer.
   */
  async #click(toggle: Locator): Promise<void> {
    const was = (await toggle.getAttribute("aria-checked")) ?? "";
    await toggle.click();
    const hasChanged = expect(toggle).not.toHaveAttribute("aria-checked", was, { timeout: 2000 });
    await hasChanged.catch(() => toggle.click());
  }

  /**
   * Moves the focus by arrow keys like a user, because the page may move the focus once more after a script calls
   * `focus()`.
   */
  async #walkTo(key: StepKey): Promise<void> {
    const { page, list } = this.editor;
    const { steps } = this.history.document;
    const index = steps.findIndex((node) => node.key === key);
    if ((await list.locator("[role=listitem]:focus").count()) === 0)
      await list.getByRole("listitem").first().focus();
    const isNearEnd = index > steps.length / 2;
    await page.keyboard.press(isNearEnd ? "End" : "Home");
    const distance = isNearEnd ? steps.length - 1 - index : index;
    for (let step = 0; step < distance; step += 1)
      await page.keyboard.press(isNearEnd ? "ArrowUp" : "ArrowDown");
  }

  async #write(name: string, text: string): Promise<void> {
    const { page } = this.editor;
    const row = this.editor.row(name);
    await row.click();
    await locatePromptFieldOfStep(page, name).click();
    await page.keyboard.press("Control+a");
    for (const letter of text) {
      await page.keyboard.press(letter);
      await this.#look();
      await wait(this.#options.dice.between(30, 180));
    }
    await row.click();
  }

  #pressButton(name: string): Promise<void> {
    return this.editor.page.getByRole("button", { name, exact: true }).click();
  }
}

/**
 * Finds the prompt field of this step. Searches only in the step's own inspector, because the page may still
 * show that of the previous step.
 */
function locatePromptFieldOfStep(page: Page, step: string): Locator {
  const inspector = page.getByRole("complementary", { name: `Inspector of ${step}`, exact: true });
  return inspector.getByRole("textbox", { name: "Prompt", exact: true });
}

function momentsOf(
  { document }: EditHistory,
  action: ChaosAction,
  next: EditHistory,
): readonly DisplayedFlowDocument[] {
  if (action.type !== "write") return [{ document: next.document, seenAt: undefined }];
  return action.text.split("").map((_, index) => {
    const typed = action.text.slice(0, index + 1);
    return {
      document: applyEditCommand(document, buildSetPromptCommand(action.key, typed)),
      seenAt: undefined,
      typed,
    };
  });
}
