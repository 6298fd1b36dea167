import { isFields, isFlowDocument, isJsonValue, isStepNodes } from "./check-document.ts";
import type { Command } from "./command.ts";
import { BRANCHES } from "./flow-document.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Whether this is an edit that {@link applyCommand} can apply, to whatever document. One of an unknown kind is none. */
export function isCommand(value: unknown): value is Command {
  return isFields(value) && isCommandType(value["type"]) && checks[value["type"]](value);
}

/** Whether this app knows edits of this kind. */
export function isCommandType(type: unknown): type is Command["type"] {
  return typeof type === "string" && Object.hasOwn(checks, type);
}

/** One for every kind of edit. `verb` only gives entries their names. */
const checks: { readonly [type in Command["type"]]: (command: Fields) => boolean } = {
  moveSteps: ({ keys, place }) => isTexts(keys) && isPlace(place),
  insertSteps: ({ steps, place }) => isStepNodes(steps) && isPlace(place),
  removeSteps: ({ keys }) => isTexts(keys),
  setEnabled: ({ keys, enabled }) => isTexts(keys) && typeof enabled === "boolean",
  renameStep: ({ key, name }) => isText(key) && isText(name),
  setWhen: ({ key, when }) => isText(key) && isText(when),
  setConfig: ({ key, path, value }) =>
    isText(key) && isPath(path) && (value === undefined || isJsonValue(value)),
  renameVariable: ({ from, to, edits }) => isText(from) && isText(to) && isTextEdits(edits),
  replaceText: ({ edits }) => isTextEdits(edits),
  renameFlow: ({ name }) => isText(name),
  setDescription: ({ description }) => description === null || isText(description),
  replaceDocument: ({ document, reason }) => isFlowDocument(document) && isText(reason),
  sequence: ({ commands, label }) => Array.isArray(commands) && commands.every(isCommand) && isText(label),
};

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPath(value: unknown): boolean {
  return Array.isArray(value) && value.every((key) => isText(key) || isIndex(key));
}

function isTextEdits(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((edit) => isFields(edit) && isText(edit["key"]) && isPath(edit["at"]) && isText(edit["text"]))
  );
}

function isPlace(value: unknown): boolean {
  if (!isFields(value) || !isIndex(value["index"]) || !isFields(value["list"])) return false;
  const { type, step, branch } = value["list"];
  return type === "root" || (type === "branch" && isText(step) && BRANCHES.some((name) => name === branch));
}
