import { expect } from "vitest";
import type { EditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { getStepConfig } from "#core/document/step.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { collectStepStrings } from "./list-values.ts";

/** An edit of one user, identified by a unique value. */
export interface EditWithUniqueValue {
  readonly command: EditCommand;
  /** The unique value that the edit sets in a new field, or in a field that all users change. */
  readonly value: string;
  readonly step: StepKey;
  /** The visible value that the edit replaced in a shared field; undefined for a new field. */
  readonly over?: string;
}

/**
 * A value of another user that a user reverted. Removed from the list once an undo or a decided conflict may restore
 * the value, because the value may then reappear.
 */
interface TakeBack {
  readonly command: EditCommand;
  readonly step: StepKey;
  readonly value: string;
}

/**
 * Records the edits of all users, and the values that users saw disappear. The simulation fails if another
 * value disappears or a reverted value reappears.
 */
export class UniqueEditTracker {
  readonly #intents: (EditWithUniqueValue & { isUndone: boolean })[] = [];
  #takenBack: TakeBack[] = [];
  /** Values that lost a visible conflict or that a user discarded. */
  readonly #seenToGo = new Set<string>();

  add(intent: EditWithUniqueValue): void {
    this.#intents.push({ ...intent, isUndone: false });
  }

  seeGo(values: Iterable<string>): void {
    for (const value of values) this.#seenToGo.add(value);
  }

  findOver(value: string): string | undefined {
    return this.#intents.find((intent) => intent.value === value)?.over;
  }

  takeBack(takeBack: TakeBack): void {
    this.#seenToGo.add(takeBack.value);
    this.#takenBack.push(takeBack);
  }

  /**
   * Permits reverted values of this step, or of all steps, to reappear, because the user decided a conflict that may
   * restore them.
   */
  decide(step?: StepKey): void {
    this.#close((takeBack) => step === undefined || takeBack.step === step);
  }

  markUndone(command: EditCommand | undefined, isUndone: boolean): void {
    const touched = this.#intents.filter((intent) => intent.command === command);
    for (const intent of touched) intent.isUndone = isUndone;
    this.#close(
      (takeBack) => takeBack.command === command || touched.some(({ value }) => value === takeBack.value),
    );
  }

  #close(isClosed: (takeBack: TakeBack) => boolean): void {
    this.#takenBack = this.#takenBack.filter((takeBack) => !isClosed(takeBack));
  }

  check(document: FlowDocument): void {
    const values = new Set(collectStepStrings(document));
    const steps = getLocationsOfAllSteps(document);
    const overwritten = new Set(this.#intents.map(({ over }) => over));
    for (const { value, step, over, isUndone } of this.#intents) {
      if (isUndone || values.has(value) || this.#seenToGo.has(value)) continue;
      if (over !== undefined && overwritten.has(value)) continue;
      expect.unreachable(
        `${value} of ${step} is gone unseen (${steps.has(step) ? "its step is there" : "with its step"})`,
      );
    }
    for (const { step, value } of this.#takenBack) {
      const node = findStep(document, step);
      if (node && getStepConfig(node)["shared"] === value)
        expect.unreachable(`${value} of ${step} was taken back, and is there again`);
    }
  }
}
