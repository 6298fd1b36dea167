import { expect } from "vitest";
import type { EditCommand } from "#core/commands/edit-command.ts";
import { type StepKey, parseFlowDocument, createStepNodeFromJson } from "#core/document/flow-document.ts";
import type { ConflictChoice } from "#core/merge/conflict.ts";
import { getStepFieldsWithoutIdAndOrder } from "#core/document/step-content-fields.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { getStepConfig } from "#core/document/step.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { mergeNewestServerVersion } from "#client/document/remote/merge-newest-version.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { type OpenFlow, createOpenFlow } from "#client/document/open-flow.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { performFlowSaveRequests } from "#client/document/saving/save-flow.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { ConflictError } from "#client/document/saving/save-transition.ts";
import { describeSaveState } from "#client/document/saving/save-state.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { FakeFlowServer } from "./fake-server.ts";
import { collectStepStrings, collectStrings } from "./list-values.ts";
import { type EditWithUniqueValue, UniqueEditTracker } from "./unique-edit-tracker.ts";

const STEPS = 40;

interface Tab {
  readonly name: string;
  openFlow: OpenFlow;
  isSaving: boolean;
  checked: OpenFlowState | undefined;
}

/**
 * Six tabs of three users edit one flow; in every fifth session, two users revert each other's value in one
 * field.
 */
export class ConcurrentEditSimulation {
  readonly log: string[] = [];
  readonly shown = new Set<string>();
  readonly #random: SeededRandom;
  readonly #isDuel: boolean;
  readonly #server: FakeFlowServer;
  readonly #tabs: Tab[];
  readonly #intents = new UniqueEditTracker();
  #count = 0;

  readonly #flush: () => Promise<void>;

  constructor(seed: number, flush: () => Promise<void>) {
    this.#flush = flush;
    this.#random = new SeededRandom(seed);
    this.#isDuel = seed % 5 === 0;
    this.#server = new FakeFlowServer(() => this.#random.next(), seed % 2 === 1, this.#isDuel ? 0.5 : 0.15);
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
      await this.#act(this.#random.pick(this.#tabs));
      await this.#flush();
      for (const tab of this.#tabs) this.#checkWords(tab);
    }
    await this.#calmDown();
    const document = parseFlowDocument(this.#server.flow());
    this.#intents.check(document);
    for (const { openFlow } of this.#tabs) {
      const { history } = openFlow.getState();
      expect(
        isDocumentUnchangedForSave(
          parseFlowDocument(this.#server.flow(), history.document),
          history.document,
        ),
      ).toBe(true);
    }
  }

  async #act(tab: Tab): Promise<void> {
    const { openFlow } = tab;
    const dice = this.#random.next() * (this.#isDuel ? 0.92 : 1);
    if (dice < (this.#isDuel ? 0.2 : 0.4)) this.#edit(tab);
    else if (dice < 0.47 && !this.#isDuel) this.#undo(tab);
    else if (dice < 0.52 && !this.#isDuel) this.#redo(tab);
    else if (dice < 0.7) this.#save(tab);
    else if (dice < 0.82) this.#server.release();
    else if (dice < 0.92) {
      this.#note(tab, "receives a version");
      openFlow.receive({
        type: "version",
        flow: this.#server.flow(this.#server.hasRevisions && this.#random.next() < 0.3),
        isInexact: false,
      });
    } else if (dice < 0.94) this.#takeTheirs(tab);
    else if (dice < 0.97) this.#crash(tab);
    else await this.#resolveConflict(tab);
  }

  #edit(tab: Tab): void {
    const { document } = tab.openFlow.getState().history;
    const keys = [...getLocationsOfAllSteps(document).keys()];
    const step = this.#isDuel ? keys[0] : keys.length > 0 ? this.#random.pick(keys) : undefined;
    this.#count += 1;
    const value = `${tab.name}-${this.#count}`;
    const dice = this.#isDuel ? 0.5 + 0.1 * this.#random.next() : this.#random.next();
    if (step === undefined || dice < 0.2) {
      const added = `step_${value}` as StepKey;
      const node = createStepNodeFromJson({
        id: added,
        type: "prompt",
        name: value,
        enabled: true,
        config: {},
      });
      const index = this.#random.roll(document.steps.length + 1);
      const place = { list: { type: "root" } as const, index };
      this.#intent(tab, { command: { type: "insertSteps", steps: [node], place }, value, step: added });
      return;
    }
    if (dice < 0.45) {
      const path = [`mark_${value}`];
      this.#intent(tab, { command: { type: "setConfig", key: step, path, value }, value, step });
    } else if (dice < 0.75) {
      const node = findStep(document, step);
      const stored = node && getStepConfig(node)["shared"];
      const over = typeof stored === "string" ? stored : "";
      const before = this.#intents.findOver(over);
      if (before !== undefined && dice < 0.55) return this.#takeBack(tab, step, over, before);
      const command: EditCommand = { type: "setConfig", key: step, path: ["shared"], value };
      this.#intent(tab, { command, value, step, over });
    } else if (dice < 0.9) {
      const lists = [
        { type: "root" } as const,
        { type: "branch", step: "route" as StepKey, branch: "trueSteps" } as const,
      ];
      const place = { list: this.#random.pick(lists), index: this.#random.roll(3) };
      this.#note(tab, `moves ${step}`);
      tab.openFlow.edit({ type: "moveSteps", keys: [step], place });
    } else {
      this.#note(tab, `removes ${step}`);
      const before = tab.openFlow.getState().history.document;
      tab.openFlow.edit({ type: "removeSteps", keys: [step] });
      const after = getLocationsOfAllSteps(tab.openFlow.getState().history.document);
      // A user who removes a step has seen the step's values, so their disappearance is no data loss.
      for (const [key, { node }] of getLocationsOfAllSteps(before)) {
        if (!after.has(key)) this.#intents.seeGo(collectStrings(getStepFieldsWithoutIdAndOrder(node)));
      }
    }
  }

  #intent(tab: Tab, intent: EditWithUniqueValue): void {
    const { value, step, over } = intent;
    this.#note(tab, `writes ${value} to ${step}${over === undefined ? "" : ` over ${over || "nothing"}`}`);
    const before = tab.openFlow.getState().history.document;
    tab.openFlow.edit(intent.command);
    if (tab.openFlow.getState().history.document === before) return;
    this.#intents.add(intent);
  }

  /**
   * Sets a field from another user's `value` back to the value `before`. Records `value` with
   * `#intents.takeBack`, because a revert writes no unique value by which the tracker could recognize it.
   */
  #takeBack(tab: Tab, step: StepKey, value: string, before: string): void {
    this.#note(tab, `takes ${value} of ${step} back to ${before || "nothing"}`);
    const command: EditCommand = {
      type: "setConfig",
      key: step,
      path: ["shared"],
      value: before || undefined,
    };
    tab.openFlow.edit(command);
    this.#intents.takeBack({ command, step, value });
  }

  #undo(tab: Tab): void {
    const { entries, position } = tab.openFlow.getState().history;
    this.#note(tab, `undoes ${entries[position - 1]?.label}`);
    tab.openFlow.undo();
    this.#intents.markUndone(entries[position - 1]?.command, true);
  }

  #redo(tab: Tab): void {
    const { entries, position } = tab.openFlow.getState().history;
    this.#note(tab, `redoes ${entries[position]?.label}`);
    tab.openFlow.redo();
    this.#intents.markUndone(entries[position]?.command, false);
  }

  #save(tab: Tab): void {
    if (tab.isSaving) return;
    this.#note(tab, "saves");
    tab.isSaving = true;
    const { openFlow } = tab;
    const entries = () => openFlow.getState().history.entries.length;
    const before = entries();
    void performFlowSaveRequests(
      openFlow,
      this.#server.connect(() => tab.openFlow !== openFlow),
      () => 0,
    )
      .catch((error: unknown) => {
        if (error instanceof ConflictError) this.shown.add("conflict");
        this.#note(tab, `could not save: ${String(error)}`);
      })
      .finally(() => {
        if (entries() > before) this.shown.add("merge");
        if (tab.openFlow === openFlow) tab.isSaving = false;
      });
  }

  #takeTheirs(tab: Tab): void {
    const { openFlow } = tab;
    if (tab.isSaving || !isEditBaseBehindServerVersion(openFlow.getState())) return;
    this.#note(tab, "takes theirs");
    this.#intents.decide();
    this.#intents.seeGo(collectStepStrings(openFlow.getState().history.document));
    openFlow.takeTheirs();
  }

  /** Simulates a crash: opens a new page with the current version and restores the journal. */
  #crash(tab: Tab): void {
    this.#note(tab, "crashes");
    const { history, unacknowledgedSaves, invalidInputs, pendingJson, decisions } = tab.openFlow.getState();
    tab.openFlow = createOpenFlow(this.#server.flow(), { isInexact: false });
    tab.openFlow.restore({ history, unacknowledgedSaves, invalidInputs, pendingJson, decisions });
    tab.isSaving = false;
  }

  async #resolveConflict(tab: Tab): Promise<void> {
    const { openFlow } = tab;
    if (tab.isSaving) return;
    const choices = new Map<string, ConflictChoice>();
    for (;;) {
      const result = await mergeNewestServerVersion(openFlow, choices);
      if (result.type !== "conflict") return;
      for (const conflict of result.merge.conflicts) {
        if (choices.has(conflict.id)) continue;
        const choice = this.#random.next() < 0.5 ? "mine" : "theirs";
        this.#note(tab, `chooses ${choice} of ${conflict.id}`);
        choices.set(conflict.id, choice);
        this.#intents.decide(conflict.key);
        if (conflict.type === "field")
          this.#intents.seeGo(collectStrings((choice === "mine" ? conflict.theirs : conflict.mine) ?? null));
        if (conflict.type === "removal" && choice === conflict.removedBy)
          this.#intents.seeGo(collectStepStrings({ steps: [conflict.node] }));
      }
    }
  }

  async #calmDown(): Promise<void> {
    this.#server.isCalm = true;
    for (let round = 0; round < 60; round += 1) {
      this.#server.release();
      await this.#flush();
      for (const tab of this.#tabs) {
        if (tab.isSaving) continue;
        const { openFlow } = tab;
        openFlow.receive({ type: "signed-in" });
        openFlow.receive({ type: "version", flow: this.#server.flow(), isInexact: false, isCurrent: true });
        await this.#resolveConflict(tab);
        if (countUnsavedEdits(openFlow.getState()) > 0) this.#save(tab);
        await this.#flush();
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
    this.shown.add(text);
    const held = this.#server.version(state.history.base.version);
    const isHeld =
      held !== undefined &&
      isDocumentUnchangedForSave(parseFlowDocument(held, state.history.document), state.history.document);
    // True while the outcome of a save is unknown: the page must not show “Saved”, because the server may have written
    // a save that was undone here.
    const isOpen = state.unacknowledgedSaves.length > 0;
    if (text === "Saved") expect(isHeld && !isOpen, `${tab.name} says Saved`).toBe(true);
    if (/unsaved change/.test(text)) expect(isHeld && !isOpen, `${tab.name} says ${text}`).toBe(false);
    if (text === "Saving…") expect(tab.isSaving, `${tab.name} says Saving…`).toBe(true);
    if (/^(?:Offline|Signed out|Could not)/.test(text))
      expect(isHeld && !isOpen, `${tab.name} says ${text}`).toBe(false);
    if (text === "Changed elsewhere")
      expect(state.flow.updatedAt, `${tab.name} says ${text}`).not.toBe(state.history.base.version.updatedAt);
  }

  #note(tab: Tab, what: string): void {
    this.log.push(
      `${tab.name} ${what} [${describeSaveState(tab.openFlow.getState()).text}, server ${this.#server.flow().updatedAt}]`,
    );
  }
}
