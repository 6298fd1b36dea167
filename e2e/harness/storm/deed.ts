import type { Command } from "#core/command.ts";
import { type FlowDocument, type StepKey } from "#core/flow-document.ts";
import { type History, recordCommand, redo, undo } from "#core/history.ts";
import { findShift } from "#core/shift-steps.ts";
import { findStep } from "#core/step-list.ts";
import { isEnabled, stepName } from "#core/step.ts";
import type { Dice } from "./dice.ts";

/** What somebody does to a flow. `by` is the way it is done on the page. */
export type Deed = { readonly by: "key" | "pointer" } & (
  | { readonly type: "switch"; readonly key: StepKey }
  | { readonly type: "rename"; readonly key: StepKey; readonly name: string }
  /** Letter by letter, over the whole prompt. */
  | { readonly type: "write"; readonly key: StepKey; readonly text: string }
  | { readonly type: "move"; readonly key: StepKey; readonly direction: "up" | "down" }
  | { readonly type: "remove"; readonly key: StepKey }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "save" }
);

/** So many steps are never taken away. */
const LEAST_STEPS = 4;

export interface Inclination {
  /** How many of the deeds are saves, and texts that are typed. */
  readonly saves?: number;
  readonly writes?: number;
}

/** `name` is one that no step has. */
export function chooseDeed(
  dice: Dice,
  { document, entries, position }: History,
  { name, saves = 0.1, writes = 0 }: Inclination & { readonly name: string },
): Deed {
  const by = dice.isBelow(0.7) ? "key" : "pointer";
  const { key } = dice.pick(document.steps);
  const direction = dice.isBelow(0.5) ? "up" : "down";
  if (dice.isBelow(saves)) return { type: "save", by };
  if (writes > 0 && dice.isBelow(writes))
    return { type: "write", by: "key", key, text: `${name}-${randomWord(dice)}` };
  const chance = dice.next();
  if (chance < 0.15 && position > 0) return { type: "undo", by };
  if (chance < 0.25 && position < entries.length) return { type: "redo", by };
  if (chance < 0.32 && document.steps.length > LEAST_STEPS) return { type: "remove", by: "key", key };
  if (chance < 0.55) return { type: "move", by: "key", key, direction };
  if (chance < 0.75) return { type: "rename", by: "key", key, name };
  return { type: "switch", by, key };
}

const LETTERS = "abcdefghij".split("");

function randomWord(dice: Dice): string {
  const letters = Array.from({ length: Math.round(dice.between(4, 30)) }, () => dice.pick(LETTERS));
  return letters.join("");
}

/** What the flow and its history come to by a deed; the same history where it does nothing. */
export function applyDeed(history: History, deed: Deed): History {
  const { document } = history;
  switch (deed.type) {
    case "switch": {
      const enabled = !isEnabled(getStep(document, deed.key));
      return recordCommand(history, { type: "setEnabled", keys: [deed.key], enabled });
    }
    case "rename":
      return recordCommand(history, { type: "renameStep", key: deed.key, name: deed.name });
    case "write":
      return recordCommand(history, writePrompt(deed.key, deed.text));
    case "move": {
      const shift = findShift(document, [deed.key], deed.direction);
      if (shift.type === "blocked") return history;
      return recordCommand(history, { type: "moveSteps", keys: [deed.key], place: shift.place });
    }
    case "remove":
      return recordCommand(history, { type: "removeSteps", keys: [deed.key] });
    case "undo":
      return undo(history);
    case "redo":
      return redo(history);
    case "save":
      return history;
  }
}

/** A prompt that is typed goes into the flow as far as it has come. */
export function writePrompt(key: StepKey, value: string): Command {
  return { type: "setConfig", key, path: ["userPrompt"], value };
}

export function describeDeed({ document, entries, position }: History, deed: Deed): string {
  const name = "key" in deed ? `“${stepName(getStep(document, deed.key))}”` : "";
  switch (deed.type) {
    case "rename":
      return `rename ${name} to “${deed.name}”`;
    case "write":
      return `write “${deed.text}” into ${name}`;
    case "move":
      return `move ${name} ${deed.direction}`;
    case "undo":
      return `undo ${entries[position - 1]?.label ?? "nothing"}`;
    case "redo":
      return `redo ${entries[position]?.label ?? "nothing"}`;
    default:
      return `${deed.type} ${name}`.trim();
  }
}

export function getStep(document: FlowDocument, key: StepKey) {
  const node = findStep(document, key);
  if (!node) throw new Error(`There is no step ${key}.`);
  return node;
}
