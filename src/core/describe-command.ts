import type { Command } from "./command.ts";
import type { FlowDocument, StepKey, StepNode } from "./flow-document.ts";
import { topmostSteps } from "./move-steps.ts";
import { stepName } from "./step.ts";
import { findStep } from "./step-list.ts";

/** The edit in a few words, for “Undo move *Summarise*”: a verb and what it was done to, in the document before it. */
export function describeCommand(document: FlowDocument, command: Command): string {
  switch (command.type) {
    case "moveSteps":
      return `move ${nameTopmost(document, command.keys)}`;
    case "insertSteps":
      return `${command.verb ?? "add"} ${nameNodes(command.steps)}`;
    case "removeSteps":
      return `${command.verb ?? "delete"} ${nameTopmost(document, command.keys)}`;
    case "setEnabled":
      return `switch ${command.enabled ? "on" : "off"} ${nameSteps(document, command.keys)}`;
    case "renameStep":
      return `rename ${nameSteps(document, [command.key])}`;
    case "setWhen":
      return `change when of ${nameSteps(document, [command.key])}`;
    case "setConfig":
      return `edit ${nameSteps(document, [command.key])}`;
    case "renameVariable":
      return `rename variable ${command.from} to ${command.to}`;
    case "replaceText":
      return `replace ${countOf(command.edits.length, "text")}`;
    case "renameFlow":
      return "rename flow";
    case "setDescription":
      return "edit description";
    case "replaceDocument":
      return command.reason;
    case "sequence":
      return command.label;
  }
}

function nameSteps(document: FlowDocument, keys: readonly StepKey[]): string {
  return nameNodes(keys.flatMap((key) => findStep(document, key) ?? []));
}

/** Steps inside another one that is named go along without being counted. */
function nameTopmost(document: FlowDocument, keys: readonly StepKey[]): string {
  return nameNodes(topmostSteps(document, keys));
}

function nameNodes(nodes: readonly StepNode[]): string {
  const [only, ...others] = nodes;
  return only && others.length === 0 ? stepName(only) : countOf(nodes.length, "step");
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
