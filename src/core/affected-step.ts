import type { Command } from "./command.ts";
import type { FlowDocument, StepKey } from "./flow-document.ts";
import type { HistoryEntry } from "./history.ts";
import { findList, keysWithin, locateSteps } from "./step-list.ts";

/**
 * The step that a person should look at after an entry was undone or redone: the first one it was about that is there
 * now, else the one that stands where the first one was, else the one around that. Undefined for edits of the flow itself,
 * and in an empty flow.
 */
export function findAffectedStep(entry: HistoryEntry, now: FlowDocument): StepKey | undefined {
  const keys = commandKeys(entry.command);
  const present = locateSteps(now);
  const there = keys.find((key) => present.has(key));
  if (there !== undefined || keys[0] === undefined) return there;
  const other = now === entry.before ? entry.after : entry.before;
  const place = locateSteps(other).get(keys[0]);
  if (!place) return undefined;
  const steps = findList(now, place.list) ?? [];
  const around = place.list.type === "branch" ? place.list.step : undefined;
  return (steps[place.index] ?? steps.at(-1))?.key ?? (around && present.has(around) ? around : undefined);
}

function commandKeys(command: Command): readonly StepKey[] {
  switch (command.type) {
    case "moveSteps":
    case "removeSteps":
    case "setEnabled":
      return command.keys;
    case "insertSteps":
      return command.steps.flatMap(keysWithin);
    case "renameStep":
    case "setWhen":
    case "setConfig":
      return [command.key];
    case "renameVariable":
    case "replaceText":
      return command.edits.map((edit) => edit.key);
    case "sequence":
      return command.commands.flatMap(commandKeys);
    case "renameFlow":
    case "setDescription":
    case "replaceDocument":
      return [];
  }
}
