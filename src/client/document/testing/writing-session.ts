import { expect } from "vitest";
import type { Command } from "#core/command.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { Choice } from "#core/merge/clash.ts";
import { createStep } from "#core/new-step.ts";
import { ownFields } from "#core/own-fields.ts";
import { isSameDocument } from "#core/save-body.ts";
import { stepConfig } from "#core/step.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import { catchUp } from "#client/document/catch-up.ts";
import { isBehind } from "#client/document/flow-version.ts";
import { type OpenFlow, type OpenFlowState, createOpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { ClashError, runSave } from "#client/document/save-flow.ts";
import { describeSaveState } from "#client/document/save-state.ts";
import { FakeServer, createRandom } from "./fake-server.ts";
import { valuesIn, valuesOf } from "./list-values.ts";
import { WishList } from "./wish-list.ts";

const STEPS = 40;

interface Tab {
  readonly name: string;
  openFlow: OpenFlow;
  isSaving: boolean;
  /** The state whose words were looked at last. */
  checked: OpenFlowState | undefined;
}

/** One flow, three people, two tabs each; in every fifth session two people over one field, who take each other's back. */
export class WritingSession {
  readonly log: string[] = [];
  readonly told = new Set<string>();
  readonly #random: () => number;
  readonly #isDuel: boolean;
  readonly #server: FakeServer;
  readonly #tabs: Tab[];
  readonly #wishes = new WishList();
  #count = 0;

  readonly #settle: () => Promise<void>;

  /** `settle` resolves when everything that was ready to run has run. */
  constructor(seed: number, settle: () => Promise<void>) {
    this.#settle = settle;
    this.#random = createRandom(seed);
    this.#isDuel = seed % 5 === 0;
    this.#server = new FakeServer(this.#random, seed % 2 === 1, this.#isDuel ? 0.5 : 0.15);
    const names = this.#isDuel ? ["A1", "B1"] : ["A1", "A2", "B1", "B2", "C1", "C2"];
    this.#tabs = names.map((name) => ({
      name,
      isSaving: false,
      checked: undefined,
      openFlow: createOpenFlow(this.#server.flow(), { isInexact: false }),
    }));
  }

  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      await this.#act(this.#pick(this.#tabs));
      await this.#settle();
      for (const tab of this.#tabs) this.#checkWords(tab);
    }
    await this.#calmDown();
    const document = parseFlow(this.#server.flow());
    this.#wishes.check(document);
    for (const { openFlow } of this.#tabs) {
      const { history } = openFlow.getState();
      expect(isSameDocument(parseFlow(this.#server.flow(), history.document), history.document)).toBe(true);
    }
  }

  async #act(tab: Tab): Promise<void> {
    const { openFlow } = tab;
    const dice = this.#random() * (this.#isDuel ? 0.92 : 1);
    if (dice < (this.#isDuel ? 0.2 : 0.4)) this.#edit(tab);
    else if (dice < 0.47 && !this.#isDuel) this.#undo(tab);
    else if (dice < 0.52 && !this.#isDuel) this.#redo(tab);
    else if (dice < 0.7) this.#save(tab);
    else if (dice < 0.82) this.#server.release();
    else if (dice < 0.92) {
      this.#note(tab, "is told of a version");
      openFlow.noticeServer(this.#server.flow(this.#server.hasTokens && this.#random() < 0.3), false);
    } else if (dice < 0.94) this.#takeTheirs(tab);
    else if (dice < 0.97) this.#crash(tab);
    else await this.#settleClash(tab);
  }

  #edit(tab: Tab): void {
    const { document } = tab.openFlow.getState().history;
    const keys = [...locateSteps(document).keys()];
    const step = this.#isDuel ? keys[0] : keys.length > 0 ? this.#pick(keys) : undefined;
    this.#count += 1;
    const value = `${tab.name}-${this.#count}`;
    const dice = this.#isDuel ? 0.5 + 0.1 * this.#random() : this.#random();
    if (step === undefined || dice < 0.2) {
      const added = `step_${value}` as StepKey;
      const node = createStep({ id: added, type: "prompt", name: value, enabled: true, config: {} });
      const index = Math.floor(this.#random() * (document.steps.length + 1));
      const place = { list: { type: "root" } as const, index };
      this.#wish(tab, { type: "insertSteps", steps: [node], place }, value, added);
      return;
    }
    if (dice < 0.45) {
      const path = [`mark_${value}`];
      this.#wish(tab, { type: "setConfig", key: step, path, value }, value, step);
    } else if (dice < 0.75) {
      const node = findStep(document, step);
      const stored = node && stepConfig(node)["shared"];
      const over = typeof stored === "string" ? stored : "";
      const before = this.#wishes.findOver(over);
      if (before !== undefined && dice < 0.55) return this.#takeBack(tab, step, over, before);
      const command: Command = { type: "setConfig", key: step, path: ["shared"], value };
      this.#wish(tab, command, value, step, over);
    } else if (dice < 0.9) {
      const lists = [
        { type: "root" } as const,
        { type: "branch", step: "route" as StepKey, branch: "trueSteps" } as const,
      ];
      const place = { list: this.#pick(lists), index: Math.floor(this.#random() * 3) };
      this.#note(tab, `moves ${step}`);
      tab.openFlow.edit({ type: "moveSteps", keys: [step], place });
    } else {
      this.#note(tab, `removes ${step}`);
      const before = tab.openFlow.getState().history.document;
      tab.openFlow.edit({ type: "removeSteps", keys: [step] });
      const after = locateSteps(tab.openFlow.getState().history.document);
      // Whoever removes a step has seen what it holds.
      for (const [key, { node }] of locateSteps(before)) {
        if (!after.has(key)) this.#wishes.seeGo(valuesOf(ownFields(node)));
      }
    }
  }

  #wish(tab: Tab, command: Command, value: string, step: StepKey, over?: string): void {
    this.#note(tab, `writes ${value} to ${step}${over === undefined ? "" : ` over ${over || "nothing"}`}`);
    const before = tab.openFlow.getState().history.document;
    tab.openFlow.edit(command);
    if (tab.openFlow.getState().history.document === before) return;
    this.#wishes.add({ command, value, step, over });
  }

  /** Puts the field back to what stood there before that value: to the very same, which tells nobody's hand. */
  #takeBack(tab: Tab, step: StepKey, value: string, before: string): void {
    this.#note(tab, `takes ${value} of ${step} back to ${before || "nothing"}`);
    const command: Command = { type: "setConfig", key: step, path: ["shared"], value: before || undefined };
    tab.openFlow.edit(command);
    this.#wishes.takeBack({ command, step, value });
  }

  #undo(tab: Tab): void {
    const { entries, position } = tab.openFlow.getState().history;
    this.#note(tab, `undoes ${entries[position - 1]?.label}`);
    tab.openFlow.undo();
    this.#wishes.markUndone(entries[position - 1]?.command, true);
  }

  #redo(tab: Tab): void {
    const { entries, position } = tab.openFlow.getState().history;
    this.#note(tab, `redoes ${entries[position]?.label}`);
    tab.openFlow.redo();
    this.#wishes.markUndone(entries[position]?.command, false);
  }

  /** As a person would: never twice at once. */
  #save(tab: Tab): void {
    if (tab.isSaving) return;
    this.#note(tab, "saves");
    tab.isSaving = true;
    const { openFlow } = tab;
    const entries = () => openFlow.getState().history.entries.length;
    const before = entries();
    void runSave(
      openFlow,
      this.#server.connect(() => tab.openFlow !== openFlow),
      () => 0,
    )
      .catch((error: unknown) => {
        if (error instanceof ClashError) this.told.add("clash");
        this.#note(tab, `could not save: ${String(error)}`);
      })
      .finally(() => {
        if (entries() > before) this.told.add("merge");
        if (tab.openFlow === openFlow) tab.isSaving = false;
      });
  }

  #takeTheirs(tab: Tab): void {
    const { openFlow } = tab;
    if (tab.isSaving || !isBehind(openFlow.getState())) return;
    this.#note(tab, "takes theirs");
    this.#wishes.decide();
    this.#wishes.seeGo(valuesIn(openFlow.getState().history.document));
    openFlow.takeTheirs();
  }

  /** The page is gone; a new one opens the flow as it is by now and takes up what was journalled. */
  #crash(tab: Tab): void {
    this.#note(tab, "crashes");
    const { history, unanswered, brokenTexts, unappliedText, decisions } = tab.openFlow.getState();
    tab.openFlow = createOpenFlow(this.#server.flow(), { isInexact: false });
    tab.openFlow.restore({ history, unanswered, brokenTexts, unappliedText, decisions });
    tab.isSaving = false;
  }

  /** Looks at every clash and chooses. */
  async #settleClash(tab: Tab): Promise<void> {
    const { openFlow } = tab;
    if (tab.isSaving) return;
    const choices = new Map<string, Choice>();
    for (;;) {
      const result = await catchUp(openFlow, choices);
      if (result.type !== "clash") return;
      for (const clash of result.merge.clashes) {
        if (choices.has(clash.id)) continue;
        const choice = this.#random() < 0.5 ? "mine" : "theirs";
        this.#note(tab, `chooses ${choice} of ${clash.id}`);
        choices.set(clash.id, choice);
        this.#wishes.decide(clash.key);
        if (clash.type === "field")
          this.#wishes.seeGo(valuesOf((choice === "mine" ? clash.theirs : clash.mine) ?? null));
        if (clash.type === "removal" && choice === clash.removedBy)
          this.#wishes.seeGo(valuesIn({ steps: [clash.node] }));
      }
    }
  }

  /** The network is well again; everybody saves until nothing is left. */
  async #calmDown(): Promise<void> {
    this.#server.isCalm = true;
    for (let round = 0; round < 60; round += 1) {
      this.#server.release();
      await this.#settle();
      for (const tab of this.#tabs) {
        if (tab.isSaving) continue;
        const { openFlow } = tab;
        openFlow.noticeSignIn();
        openFlow.noticeServer(this.#server.flow(), false, { isCurrent: true });
        await this.#settleClash(tab);
        if (countUnsavedEdits(openFlow.getState()) > 0) this.#save(tab);
        await this.#settle();
      }
      const isAtRest = ({ isSaving, openFlow }: Tab) =>
        !isSaving && describeSaveState(openFlow.getState()).text === "Saved";
      if (this.#tabs.every(isAtRest)) return;
    }
    throw new Error("Not every tab came to rest");
  }

  #checkWords(tab: Tab): void {
    const state = tab.openFlow.getState();
    if (state === tab.checked) return;
    tab.checked = state;
    const { text } = describeSaveState(state);
    this.told.add(text);
    const held = this.#server.version(state.history.base.version);
    const isHeld =
      held !== undefined && isSameDocument(parseFlow(held, state.history.document), state.history.document);
    // What was sent may be there though it is undone here.
    const isOpen = state.unanswered.length > 0;
    if (text === "Saved") expect(isHeld && !isOpen, `${tab.name} says Saved`).toBe(true);
    if (/unsaved change/.test(text)) expect(isHeld && !isOpen, `${tab.name} says ${text}`).toBe(false);
    if (text === "Saving…") expect(tab.isSaving, `${tab.name} says Saving…`).toBe(true);
    if (/^(?:Offline|Signed out|Could not)/.test(text))
      expect(isHeld && !isOpen, `${tab.name} says ${text}`).toBe(false);
    if (text === "Changed elsewhere")
      expect(state.flow.updatedAt, `${tab.name} says ${text}`).not.toBe(state.history.base.version.updatedAt);
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item;
  }

  #note(tab: Tab, what: string): void {
    this.log.push(
      `${tab.name} ${what} [${describeSaveState(tab.openFlow.getState()).text}, server ${this.#server.flow().updatedAt}]`,
    );
  }
}
