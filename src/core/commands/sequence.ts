import type { EditCommandDefinition } from "./command-definition.ts";
import { isString } from "./field-checks.ts";
import type { EditCommand } from "./edit-command.ts";

export interface SequenceCommand {
  readonly type: "sequence";
  readonly commands: readonly EditCommand[];
  readonly label: string;
}

/** Importing the functions for all kinds of edits would be a circular import. */
export function createSequenceDefinition(parts: {
  readonly apply: EditCommandDefinition<EditCommand>["apply"];
  readonly affectedSteps: EditCommandDefinition<EditCommand>["affectedSteps"];
  readonly isValid: (value: unknown) => boolean;
}): EditCommandDefinition<SequenceCommand> {
  return {
    apply: (document, { commands }) => commands.reduce(parts.apply, document),
    describe: (_document, { label }) => label,
    affectedSteps: ({ commands }) => commands.flatMap(parts.affectedSteps),
    isValid: ({ commands, label }) =>
      Array.isArray(commands) && commands.every(parts.isValid) && isString(label),
  };
}
