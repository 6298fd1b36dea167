import { type Page, expect } from "@playwright/test";
import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { type History, countUnsaved, markSaved, startHistory } from "#core/history.ts";
import { stepName } from "#core/step.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { type Deed, applyDeed, chooseDeed, describeDeed, getStep } from "./deed.ts";
import type { Dice } from "./dice.ts";
import { rowsOf, spellRows } from "./flow-rows.ts";
import type { StormLog } from "./storm-log.ts";
import type { Witness } from "./witness.ts";

/** A document that stood on the page. */
export interface Moment {
  readonly document: FlowDocument;
  /** When it was there, in milliseconds since 1970; undefined as long as nobody has seen it. */
  seenAt: number | undefined;
}

interface StormOptions {
  readonly page: Page;
  readonly dice: Dice;
  readonly log: StormLog;
  readonly witness: Witness;
  /** Begins the names that it gives to steps. */
  readonly name: string;
}

/**
 * Somebody who edits one flow as chance will have it, by keyboard and pointer, and knows at each moment what must stand on
 * the page: the same edits are made in the core.
 */
export class StormEditor {
  readonly editor: Editor;
  readonly witness: Witness;
  /** Every document that the page has held or was about to, the first that was opened. */
  readonly moments: Moment[] = [];
  history: History;
  deeds = 0;
  #isCountSure = true;
  readonly #options: StormOptions;

  constructor(flow: Flow, options: StormOptions) {
    this.#options = options;
    this.editor = new Editor(options.page);
    this.witness = options.witness;
    const { versionToken: token, updatedAt } = flow;
    this.history = startHistory({ document: parseFlow(flow), version: { token, updatedAt } });
    this.moments.push({ document: this.history.document, seenAt: Date.now() });
  }

  /** Does something, and sees that it is done. */
  async act(options: { readonly saves?: number } = {}): Promise<void> {
    const { dice, name } = this.#options;
    await this.perform(chooseDeed(dice, this.history, { ...options, name: `${name}-${this.deeds + 1}` }));
  }

  /** An edit that is there afterwards, whatever chance made of the others. */
  async rename(): Promise<void> {
    const { dice, name } = this.#options;
    const { key } = dice.pick(this.history.document.steps);
    await this.perform({ type: "rename", by: "key", key, name: `${name}-${this.deeds + 1}` });
  }

  /** So many edits, and no save. */
  async edit(count: number): Promise<void> {
    for (let edit = 0; edit < count; edit += 1) await this.act({ saves: 0 });
  }

  /** The flow was opened once more, with all that is saved: there is nothing to undo. */
  startAnew(): void {
    const { base, document } = this.history;
    this.history = startHistory({ ...base, document });
    this.#isCountSure = true;
  }

  async perform(deed: Deed): Promise<void> {
    this.deeds += 1;
    this.#options.log.note(`${this.#options.name} ${describeDeed(this.history, deed)} by ${deed.by}`);
    const next = applyDeed(this.history, deed);
    const isEdit = next.document !== this.history.document;
    if (isEdit) this.moments.push({ document: next.document, seenAt: undefined });
    await this.#do(deed);
    const before = this.history;
    this.history = next;
    if (isEdit) await this.#see(before);
    else await this.witness.look();
    // Nobody but the page knows which edits a save has taken along, until all is at rest.
    if (deed.type === "save") this.#isCountSure = false;
    else this.#checkCount();
  }

  #checkCount(): void {
    const status = this.witness.status ?? "";
    if (!this.#isCountSure || !/unsaved|^Saved$/.test(status)) return;
    const count = countUnsaved(this.history);
    const words = count === 0 ? "Saved" : `${count} unsaved change${count === 1 ? "" : "s"}`;
    if (status !== words) throw new Error(`The page said “${status}”, not “${words}”.`);
  }

  /** Asks for a save, and waits until the page says that it has. */
  async save(): Promise<void> {
    await this.perform({ type: "save", by: "pointer" });
    await this.untilSaved();
  }

  /** Waits until the page has saved what it was asked to, and the server holds what stands here. */
  async untilSaved(): Promise<void> {
    await expect(this.editor.status).toHaveText("Saved", { timeout: 60_000 });
    await this.witness.check();
    await this.witness.expectHeld(this.shown);
    const { base, document, position } = this.history;
    this.history = markSaved(this.history, position, { ...base, document });
    this.#isCountSure = true;
  }

  /** What must stand on the page now, spelled. */
  get shown(): string {
    return spellRows(rowsOf(this.history.document));
  }

  /** The page comes to show what it must, by way of nothing else. */
  async #see(before: History): Promise<void> {
    const [was, wanted] = [before, this.history].map(({ document }) => spellRows(rowsOf(document)));
    const moment = this.moments.at(-1);
    let shown = was;
    const look = async () => {
      for (const { at, rows } of await this.witness.look()) {
        if (rows.length === 0) continue;
        shown = spellRows(rows);
        if (shown === wanted && moment) moment.seenAt ??= at;
        if (shown !== wanted && shown !== was) throw new Error(`The page showed ${shown}, not ${wanted}.`);
      }
      return shown;
    };
    await expect.poll(look, { intervals: [0, 20, 50, 100, 250] }).toBe(wanted);
  }

  async #do(deed: Deed): Promise<void> {
    const { editor } = this;
    const { keyboard } = editor.page;
    const name = "key" in deed ? stepName(getStep(this.history.document, deed.key)) : "";
    const { entries, position } = this.history;
    switch (deed.type) {
      case "switch":
        if (deed.by === "pointer") return editor.switchOf(name).click();
        await this.#walkTo(deed.key);
        return keyboard.press("Space");
      case "rename":
        await this.#walkTo(deed.key);
        await keyboard.press("F2");
        await editor.page.getByRole("textbox", { name: /^Name of step/ }).fill(deed.name);
        return keyboard.press("Enter");
      case "move":
        await this.#walkTo(deed.key);
        return keyboard.press(deed.direction === "up" ? "Alt+ArrowUp" : "Alt+ArrowDown");
      case "remove":
        await this.#walkTo(deed.key);
        return keyboard.press("Delete");
      case "undo":
        if (deed.by === "key") return keyboard.press("Control+z");
        return this.#pressButton(`Undo ${entries[position - 1]?.label}`);
      case "redo":
        if (deed.by === "key") return keyboard.press("Control+Shift+z");
        return this.#pressButton(`Redo ${entries[position]?.label}`);
      case "save":
        // A button that says why it does nothing can be pressed all the same.
        return deed.by === "key" ? keyboard.press("Control+s") : editor.saveButton.click({ force: true });
    }
  }

  /** By keys, as a person does: the page takes a focus that comes without any for no choice of theirs. */
  async #walkTo(key: StepKey): Promise<void> {
    const { page, list } = this.editor;
    const { steps } = this.history.document;
    const index = steps.findIndex((node) => node.key === key);
    // In a control of a row most keys are meant for the control.
    if ((await list.locator("[role=listitem]:focus").count()) === 0)
      await list.getByRole("listitem").first().focus();
    const isNearEnd = index > steps.length / 2;
    await page.keyboard.press(isNearEnd ? "End" : "Home");
    const distance = isNearEnd ? steps.length - 1 - index : index;
    for (let step = 0; step < distance; step += 1)
      await page.keyboard.press(isNearEnd ? "ArrowUp" : "ArrowDown");
  }

  #pressButton(name: string): Promise<void> {
    return this.editor.page.getByRole("button", { name, exact: true }).click();
  }
}
