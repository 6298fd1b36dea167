import { type ActionScopeOptions, createActionScope } from "./action-scope.ts";
import { createClipboardActions } from "./clipboard-actions.ts";
import { createEditActions } from "./edit-actions.ts";
import { createMoveActions } from "./move-actions.ts";
import { createRenameActions } from "./rename-variable/rename-actions.ts";
import { createSelectActions } from "./select-actions.ts";

/** What a person can do to steps, each one command, one announcement, and the focus where it is expected. */
export function createStepActions(options: ActionScopeOptions) {
  const scope = createActionScope(options);
  const edits = createEditActions(scope);
  const { focusStep, focusedStep, nameOf, targetsOf, targetsNow, restoreSelection } = scope;
  return {
    focusStep,
    focusedStep,
    nameOf,
    targetsOf,
    targetsNow,
    restoreSelection,
    ...createSelectActions(scope),
    ...createMoveActions(scope),
    ...createClipboardActions(scope, edits),
    ...createRenameActions(scope),
    ...edits,
  };
}

export type StepActions = ReturnType<typeof createStepActions>;
