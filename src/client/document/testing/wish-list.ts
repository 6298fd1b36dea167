import { expect } from "vitest";
import type { Command } from "#core/command.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { stepConfig } from "#core/step.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import { valuesIn } from "./list-values.ts";

/** Something that one person wants, and by what it is known. */
interface Wish {
  readonly command: Command;
  /** A mark of its own, or a value of a field that others change too. */
  readonly value: string;
  readonly step: StepKey;
  /** What stood there and was replaced by somebody who saw it; undefined where the value has a place of its own. */
  readonly over: string | undefined;
  isUndone: boolean;
}

/** Somebody put a field back to what it was before another's value, and nobody has had a say in that since. */
interface TakeBack {
  readonly command: Command;
  readonly step: StepKey;
  /** The value that is not to come again by itself. */
  readonly value: string;
}

/** What everybody wants of one flow, and what they saw go: at the end nothing may be gone, or there again, unseen. */
export class WishList {
  readonly #wishes: Wish[] = [];
  #takenBack: TakeBack[] = [];
  /** Values that lost a clash which was shown, or were given up by hand. */
  readonly #seenToGo = new Set<string>();

  add(wish: Omit<Wish, "isUndone">): void {
    this.#wishes.push({ ...wish, isUndone: false });
  }

  seeGo(values: Iterable<string>): void {
    for (const value of values) this.#seenToGo.add(value);
  }

  /** What stood in a shared field before this value came there, if somebody wrote it. */
  findOver(value: string): string | undefined {
    return this.#wishes.find((wish) => wish.value === value)?.over;
  }

  takeBack(takeBack: TakeBack): void {
    this.#seenToGo.add(takeBack.value);
    this.#takenBack.push(takeBack);
  }

  /** Somebody has had a say in what becomes of this step, or of all of them. */
  decide(step?: StepKey): void {
    this.#close((takeBack) => step === undefined || takeBack.step === step);
  }

  markUndone(command: Command | undefined, isUndone: boolean): void {
    const touched = this.#wishes.filter((wish) => wish.command === command);
    for (const wish of touched) wish.isUndone = isUndone;
    this.#close(
      (takeBack) => takeBack.command === command || touched.some(({ value }) => value === takeBack.value),
    );
  }

  #close(isClosed: (takeBack: TakeBack) => boolean): void {
    this.#takenBack = this.#takenBack.filter((takeBack) => !isClosed(takeBack));
  }

  check(document: FlowDocument): void {
    const values = new Set(valuesIn(document));
    const steps = locateSteps(document);
    const overwritten = new Set(this.#wishes.map(({ over }) => over));
    for (const { value, step, over, isUndone } of this.#wishes) {
      if (isUndone || values.has(value) || this.#seenToGo.has(value)) continue;
      if (over !== undefined && overwritten.has(value)) continue;
      // What was written into a step goes with it; that the step goes was seen, or is told by its own wish.
      expect.unreachable(
        `${value} of ${step} is gone unseen (${steps.has(step) ? "its step is there" : "with its step"})`,
      );
    }
    for (const { step, value } of this.#takenBack) {
      const node = findStep(document, step);
      if (node && stepConfig(node)["shared"] === value)
        expect.unreachable(`${value} of ${step} was taken back, and is there again`);
    }
  }
}
