import type { EditCommand } from "#core/commands/edit-command.ts";
import { findStepMovePlace } from "#core/document/find-step-move-place.ts";
import { type FlowDocument, type StepKey } from "#core/document/flow-document.ts";
import {
  type EditHistory,
  recordCommandInHistory,
  redoHistoryEntry,
  undoHistoryEntry,
} from "#core/history/edit-history.ts";
import { findStep } from "#core/document/step-list.ts";
import { isStepEnabled, getStepName } from "#core/document/step.ts";
import type { SeededRandom } from "#core/testing/seeded-random.ts";

/** An action of a user on a flow; `by` is the input device. */
export type ChaosAction = { readonly by: "key" | "pointer" } & (
  | { readonly type: "switch"; readonly key: StepKey }
  | { readonly type: "rename"; readonly key: StepKey; readonly name: string }
  | { readonly type: "write"; readonly key: StepKey; readonly text: string }
  | { readonly type: "move"; readonly key: StepKey; readonly direction: "up" | "down" }
  | { readonly type: "remove"; readonly key: StepKey }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "save" }
);

const LEAST_STEPS = 4;

export interface ChaosActionProbabilities {
  /** Probability, from 0 to 1, that an action is a save; `writes` is the probability that an action is typing. */
  readonly saves?: number;
  readonly writes?: number;
}

/** Chooses a random action. Renaming and typing use `name`, which must be unused in the flow. */
export function chooseRandomChaosAction(
  dice: SeededRandom,
  { document, entries, position }: EditHistory,
  { name, saves = 0.1, writes = 0 }: ChaosActionProbabilities & { readonly name: string },
): ChaosAction {
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

function randomWord(dice: SeededRandom): string {
  const letters = Array.from({ length: Math.round(dice.between(4, 30)) }, () => dice.pick(LETTERS));
  return letters.join("");
}

/** Applies an action to the flow and its history. Returns the same history if the action has no effect. */
export function applyChaosActionToEditHistory(history: EditHistory, action: ChaosAction): EditHistory {
  const { document } = history;
  switch (action.type) {
    case "switch": {
      const enabled = !isStepEnabled(getStepOrThrow(document, action.key));
      return recordCommandInHistory(history, { type: "setEnabled", keys: [action.key], enabled });
    }
    case "rename":
      return recordCommandInHistory(history, { type: "renameStep", key: action.key, name: action.name });
    case "write":
      return recordCommandInHistory(history, buildSetPromptCommand(action.key, action.text));
    case "move": {
      const shift = findStepMovePlace(document, [action.key], action.direction);
      if (shift.type === "blocked") return history;
      return recordCommandInHistory(history, { type: "moveSteps", keys: [action.key], place: shift.place });
    }
    case "remove":
      return recordCommandInHistory(history, { type: "removeSteps", keys: [action.key] });
    case "undo":
      return undoHistoryEntry(history);
    case "redo":
      return redoHistoryEntry(history);
    case "save":
      return history;
  }
}

export function buildSetPromptCommand(key: StepKey, value: string): EditCommand {
  return { type: "setConfig", key, path: ["userPrompt"], value };
}

export function describeChaosAction(
  { document, entries, position }: EditHistory,
  action: ChaosAction,
): string {
  const name = "key" in action ? `“${getStepName(getStepOrThrow(document, action.key))}”` : "";
  switch (action.type) {
    case "rename":
      return `rename ${name} to “${action.name}”`;
    case "write":
      return `write “${action.text}” into ${name}`;
    case "move":
      return `move ${name} ${action.direction}`;
    case "undo":
      return `undo ${entries[position - 1]?.label ?? "nothing"}`;
    case "redo":
      return `redo ${entries[position]?.label ?? "nothing"}`;
    default:
      return `${action.type} ${name}`.trim();
  }
}

export function getStepOrThrow(document: FlowDocument, key: StepKey) {
  const node = findStep(document, key);
  if (!node) throw new Error(`There is no step ${key}.`);
  return node;
}
