import { listStepsAffectedByEditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { HistoryEntry } from "./edit-history.ts";
import { findStepList, getLocationsOfAllSteps } from "#core/document/step-list.ts";

/** The first affected step that exists, else the step at its place, or the conditional around an empty list. */
export function findStepToSelectAfterUndo(entry: HistoryEntry, now: FlowDocument): StepKey | undefined {
  const keys = listStepsAffectedByEditCommand(entry.command);
  const present = getLocationsOfAllSteps(now);
  const there = keys.find((key) => present.has(key));
  if (there !== undefined || keys[0] === undefined) return there;
  const other = now === entry.before ? entry.after : entry.before;
  const place = getLocationsOfAllSteps(other).get(keys[0]);
  if (!place) return undefined;
  const steps = findStepList(now, place.list) ?? [];
  const around = place.list.type === "branch" ? place.list.step : undefined;
  return (steps[place.index] ?? steps.at(-1))?.key ?? (around && present.has(around) ? around : undefined);
}
