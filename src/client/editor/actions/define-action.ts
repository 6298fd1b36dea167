import type { ApiScope } from "#contract/endpoint.ts";
import { explainMissingScope, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import type { MenuItem } from "#client/ui/overlays/menu.tsx";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import type { StepMoveTriggerControl, StepRowFocusTarget } from "#client/editor/session/editor-session.ts";

/** Innermost first, from a drag in progress to any view of the flow. */
export const SHORTCUT_SCOPES = ["drag", "handle", "branch", "row", "steps", "page"] as const;
export type ShortcutScope = (typeof SHORTCUT_SCOPES)[number];

/** Disables shortcuts, except those of actions that list it in `worksIn`. */
export type ShortcutBlockingPageState = "dialog" | "text" | "drag";

export const SHORTCUTS_DIALOG_GROUPS = ["Steps", "Move", "Select", "Go", "Variables", "Flow"] as const;
type SheetGroup = (typeof SHORTCUTS_DIALOG_GROUPS)[number];

export interface ActionTargetSteps {
  readonly keys: readonly StepKey[];
  /** The step whose row or menu started the action; else the first of `keys`. */
  readonly lead: StepKey | undefined;
  readonly movedWith: StepMoveTriggerControl;
  /** Text after a menu label, such as “ selected steps”, if the action affects the whole selection. */
  readonly them?: string;
}

export interface ShortcutKeyPress {
  /** The pressed keys, for example `Mod+Shift+Z`; Mod means Ctrl or Cmd. */
  readonly shortcut: string;
  readonly key: string;
  readonly isShifted: boolean;
  readonly target: Element | null;
}

interface ClipboardBinding {
  /** The event that the browser dispatches for the shortcut; only its handler can access `clipboardData`. */
  readonly type: "copy" | "cut" | "paste";
  readonly run: (editor: Editor, event: ClipboardEvent) => void;
}

export interface EditorAction {
  readonly id: string;
  readonly label: string;
  readonly menuLabel?: (editor: Editor, targets: ActionTargetSteps) => string;
  readonly icon?: IconComponent;
  /** Words that the search of the command palette also matches. */
  readonly terms?: string;
  readonly menuIcon?: (editor: Editor, targets: ActionTargetSteps) => IconComponent;
  readonly isDanger?: boolean;
  readonly isChecked?: () => boolean;
  readonly isShown?: (editor: Editor, targets: ActionTargetSteps) => boolean;
  readonly disabledReason?: (editor: Editor, targets: ActionTargetSteps) => string | undefined;
  /** The scopes without which the action is off, with the reason. */
  readonly needs?: readonly ApiScope[];

  readonly scope: ShortcutScope;
  /** Whether the shortcut works in the Steps view only, although its scope is the page. */
  readonly isStepsViewOnly?: boolean;
  readonly keys?: readonly string[];
  readonly hiddenKeys?: readonly string[];
  readonly sheetGroup?: SheetGroup;
  readonly worksIn?: readonly ShortcutBlockingPageState[];
  /** Whether the shortcut triggers this action while the focus is on `press.target`; true by default. */
  readonly isBound?: (editor: Editor, targets: ActionTargetSteps, press: ShortcutKeyPress) => boolean;
  readonly ignoresRepeat?: boolean;
  /** A focused text field first undoes its own typing. The action runs only if the field has nothing to undo. */
  readonly yieldsToField?: boolean;
  /** Whether the shortcut's left and right arrow keys are swapped in right-to-left text. */
  readonly followsDirection?: boolean;
  readonly clipboard?: ClipboardBinding;

  /** Announces the result and moves the focus. Returns false to leave the key to the browser. */
  readonly run: (editor: Editor, targets: ActionTargetSteps, press?: ShortcutKeyPress) => unknown;
}

export function defineEditorAction<const Keys extends readonly string[]>(
  action: EditorAction & { readonly keys: Keys },
): EditorAction & { readonly keys: Keys };
export function defineEditorAction(action: EditorAction): EditorAction;
export function defineEditorAction(action: EditorAction): EditorAction {
  return action;
}

export const EDIT_SCOPES: readonly ApiScope[] = ["FLOWS:WRITE"];

export const NO_ACTION_TARGET_STEPS: ActionTargetSteps = {
  keys: [],
  lead: undefined,
  movedWith: "elsewhere",
};

/** Explains which scope the user lacks for the action; undefined if none. */
export function explainMissingScopeOfAction(
  { page }: Editor,
  { needs = [] }: EditorAction,
): string | undefined {
  const server = page.current?.client.getQueryData(serverCapabilityQueries.current().queryKey);
  return explainMissingScope(server, ...needs);
}

export function createMenuItemOfEditorAction(
  action: EditorAction,
  editor: Editor,
  targets: ActionTargetSteps,
): MenuItem {
  const icon = action.menuIcon?.(editor, targets) ?? action.icon;
  return {
    type: "item",
    label: action.menuLabel?.(editor, targets) ?? action.label,
    ...(icon && { icon }),
    ...(action.keys?.[0] !== undefined && { shortcut: action.keys[0] }),
    ...(action.isDanger && { danger: true }),
    ...(action.isChecked && { checked: action.isChecked() }),
    disabledReason: explainMissingScopeOfAction(editor, action) ?? action.disabledReason?.(editor, targets),
    onSelect: () => void action.run(editor, targets),
  };
}

// A control inside a row handles its own keys, so row shortcuts require the row itself as the event target.

export function isKeyPressOnStepRow({ target }: Pick<ShortcutKeyPress, "target">): boolean {
  return target?.matches("[data-step-key]") === true;
}

export function isKeyPressOnStepListRow({ target }: Pick<ShortcutKeyPress, "target">): boolean {
  return target?.matches("[data-row]") === true;
}

export function getStepRowPartOfElement(target: Element | null): StepRowFocusTarget {
  const control = target?.closest("[data-part=handle], [data-part=menu], [role=switch]");
  if (control?.matches("[data-part=handle]")) return "handle";
  if (control?.matches("[data-part=menu]")) return "menu";
  return control ? "switch" : "row";
}
