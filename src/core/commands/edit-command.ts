import { isPlainObject } from "#core/document/is-flow-document.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { insertStepsDefinition } from "./insert-steps.ts";
import { moveStepsDefinition } from "./move-steps.ts";
import { removeStepsDefinition } from "./remove-steps.ts";
import { renameFlowDefinition } from "./rename-flow.ts";
import { renameStepDefinition } from "./rename-step.ts";
import { renameVariableDefinition } from "./rename-variable.ts";
import { replaceDocumentDefinition } from "./replace-document.ts";
import { replaceTextDefinition } from "./replace-text.ts";
import { type SequenceCommand, createSequenceDefinition } from "./sequence.ts";
import { setConfigDefinition } from "./set-config.ts";
import { setFlowDescriptionDefinition } from "./set-description.ts";
import { setEnabledDefinition } from "./set-enabled.ts";
import { setConditionDefinition } from "./set-condition.ts";

const sequence: EditCommandDefinition<SequenceCommand> = createSequenceDefinition({
  apply: applyEditCommand,
  affectedSteps: listStepsAffectedByEditCommand,
  isValid: isEditCommand,
});

/** Unsaved edits are persisted with their type: renaming an entry makes them unreadable. */
const list = {
  moveSteps: moveStepsDefinition,
  insertSteps: insertStepsDefinition,
  removeSteps: removeStepsDefinition,
  setEnabled: setEnabledDefinition,
  renameStep: renameStepDefinition,
  setWhen: setConditionDefinition,
  setConfig: setConfigDefinition,
  renameVariable: renameVariableDefinition,
  replaceText: replaceTextDefinition,
  renameFlow: renameFlowDefinition,
  setDescription: setFlowDescriptionDefinition,
  replaceDocument: replaceDocumentDefinition,
  sequence,
};

type KindOf<Definition> = Definition extends EditCommandDefinition<infer Kind> ? Kind : never;

export type EditCommand = KindOf<(typeof list)[keyof typeof list]>;

/** Fails to compile if an entry's name differs from the `type` of its command. */
const definitions: {
  readonly [type in EditCommand["type"]]: EditCommandDefinition<
    Extract<EditCommand, { readonly type: type }>
  >;
} = list;

type CommandOf<Type extends EditCommand["type"]> = Extract<EditCommand, { readonly type: Type }>;

function definitionOf<Type extends EditCommand["type"]>(
  command: CommandOf<Type>,
): EditCommandDefinition<CommandOf<Type>> {
  return definitions[command.type];
}

/** The same document if the edit changes nothing or refers to missing steps or places. */
export function applyEditCommand(document: FlowDocument, command: EditCommand): FlowDocument {
  return definitionOf(command).apply(document, command);
}

/** Returns the text after “Undo” in the menu, e.g. “move Summarize”, with the step names from before the edit. */
export function describeEditCommand(document: FlowDocument, command: EditCommand): string {
  return definitionOf(command).describe(document, command);
}

/** Lists the steps that the edit affects, most relevant first: the editor selects one of them after an undo or redo. */
export function listStepsAffectedByEditCommand(command: EditCommand): readonly StepKey[] {
  return definitionOf(command).affectedSteps(command);
}

/** Undefined unless exactly one field is set. Undo compares the keys of consecutive edits. */
export function getEditedFieldKey(command: EditCommand): string | undefined {
  const key = definitionOf(command).mergeKey?.(command);
  return key === undefined ? undefined : JSON.stringify([command.type, key]);
}

/** Whether persisted data is an edit that {@link applyEditCommand} can safely apply to any document. */
export function isEditCommand(value: unknown): value is EditCommand {
  return (
    isPlainObject(value) && isEditCommandType(value["type"]) && definitions[value["type"]].isValid(value)
  );
}

export function isEditCommandType(type: unknown): type is EditCommand["type"] {
  return typeof type === "string" && Object.hasOwn(definitions, type);
}
