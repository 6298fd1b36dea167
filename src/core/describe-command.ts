import type { Command } from "./command.ts";
import type { FlowDocument, StepKey } from "./flow-document.ts";
import { stepName } from "./step.ts";
import { findStep } from "./step-list.ts";

/** The edit in a few words, for “Undo move *Summarise*”: a verb and what it was done to, in the document before it. */
export function describeCommand(document: FlowDocument, command: Command): string {
  switch (command.type) {
    case "moveSteps":
      return `move ${nameSteps(document, command.keys)}`;
    case "insertSteps":
      return `add ${command.steps.length === 1 && command.steps[0] ? stepName(command.steps[0]) : `${command.steps.length} steps`}`;
    case "removeSteps":
      return `delete ${nameSteps(document, command.keys)}`;
    case "setEnabled":
      return `switch ${command.enabled ? "on" : "off"} ${nameSteps(document, command.keys)}`;
    case "renameStep":
      return `rename ${nameSteps(document, [command.key])}`;
    case "setWhen":
      return `change when of ${nameSteps(document, [command.key])}`;
    case "setConfig":
      return `edit ${nameSteps(document, [command.key])}`;
    case "renameFlow":
      return "rename flow";
    case "setDescription":
      return "edit description";
    case "replaceDocument":
      return command.reason;
  }
}

function nameSteps(document: FlowDocument, keys: readonly StepKey[]): string {
  const only = keys.length === 1 && keys[0] !== undefined ? findStep(document, keys[0]) : undefined;
  return only ? stepName(only) : `${keys.length} steps`;
}
