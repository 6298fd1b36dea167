import { setTimeout as wait } from "node:timers/promises";
import { type Locator, type Page, expect } from "@playwright/test";
import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { type History, countUnsaved, markSaved, startHistory } from "#core/history.ts";
import { applyCommand } from "#core/command.ts";
import { stepName } from "#core/step.ts";
import { Editor } from "#e2e/harness/editor.ts";
import {
  type Deed,
  type Inclination,
  applyDeed,
  chooseDeed,
  describeDeed,
  getStep,
  writePrompt,
} from "./deed.ts";
import type { Dice } from "./dice.ts";
import { spellDocument, spellRows } from "./flow-rows.ts";
import type { StormLog } from "./storm-log.ts";
import type { Witness } from "./witness.ts";

/** A document that stood on the page. */
export interface Moment {
  readonly document: FlowDocument;
  /** When it was there, in milliseconds since 1970; undefined as long as nobody has seen it. */
  seenAt: number | undefined;
  /** What stood in the box while this was typed. */
  readonly typed?: string;
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
  /** What the page showed last, spelled, and what it may show next. */
  #was = "";
  #expected: readonly Moment[] = [];
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
  async act(options: Inclination = {}): Promise<void> {
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
    this.#was = this.shown;
    this.#expected = isEdit ? momentsOf(this.history, deed, next) : [];
    this.moments.push(...this.#expected);
    await this.#do(deed);
    this.history = next;
    if (isEdit) await expect.poll(() => this.#look(), { intervals: [0, 20, 50, 100, 250] }).toBe(this.shown);
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
    return spellDocument(this.history.document);
  }

  /** What the page shows now. On the way there it shows nothing but what the deed comes to. */
  async #look(): Promise<string> {
    let last = this.#was;
    for (const { at, rows, typed } of await this.witness.look()) {
      if (rows.length === 0) continue;
      last = spellRows(rows);
      const met = this.#expected.filter((one) => spellDocument(one.document) === last);
      if (met.length === 0 && last !== this.#was)
        throw new Error(`The page showed ${last}, not ${this.shown}.`);
      const written = this.#expected.filter((one) => typed !== undefined && one.typed === typed);
      for (const moment of [...met, ...written]) moment.seenAt ??= at;
    }
    this.#was = last;
    return last;
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
      case "write":
        return this.#write(name, deed.text);
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

  /** As fast as fingers are, and no faster; the row has the focus afterwards. */
  async #write(name: string, text: string): Promise<void> {
    const { page } = this.editor;
    const row = this.editor.row(name);
    await row.click();
    await promptOf(page, name).click();
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

/** Of the step that the inspector shows: the one before may still be there when another was selected. */
export function promptOf(page: Page, step: string): Locator {
  const inspector = page.getByRole("complementary", { name: `Inspector of ${step}`, exact: true });
  return inspector.getByRole("textbox", { name: "Prompt", exact: true });
}

/** What stands on the page in the course of a deed: a text comes letter by letter. */
function momentsOf({ document }: History, deed: Deed, next: History): readonly Moment[] {
  if (deed.type !== "write") return [{ document: next.document, seenAt: undefined }];
  return deed.text.split("").map((_, index) => {
    const typed = deed.text.slice(0, index + 1);
    return { document: applyCommand(document, writePrompt(deed.key, typed)), seenAt: undefined, typed };
  });
}
