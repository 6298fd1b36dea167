import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import { useEffect, useLayoutEffect } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { registerShortcutsDialogOpener } from "#client/ui/overlays/page-commands.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import {
  isDialogOrMenuOpen,
  isEventTargetInTextField,
  isKeyEventInTextField,
  singleKeyShortcutsPreference,
} from "#client/ui/focus/key-event-in-text-field.ts";
import {
  type EditorAction,
  type ActionTargetSteps,
  type ShortcutBlockingPageState,
  type ShortcutKeyPress,
  type ShortcutScope,
  SHORTCUT_SCOPES,
  explainMissingScopeOfAction,
  getStepRowPartOfElement,
} from "./define-action.ts";
import { EDITOR_ACTIONS } from "./menus.ts";

const CLIPBOARD = ["copy", "cut", "paste"] as const;
const TYPING_EVENTS = ["focusin", "beforeinput", "input"] as const;
const ACTIONS_BY_SHORTCUT = new Map<string, readonly EditorAction[]>();
for (const action of EDITOR_ACTIONS)
  for (const shortcut of keysOf(action))
    ACTIONS_BY_SHORTCUT.set(shortcut, [...listActionsOfShortcut(shortcut), action]);

export function useKeyboardShortcuts(editor: Editor): void {
  // Before the rows are painted: a key that is pressed as soon as they show must not be lost.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => dispatchKey(editor, event);
    const onClipboard = (event: ClipboardEvent) => dispatchClipboard(editor, event);
    const mounted = new AbortController();
    const { signal } = mounted;
    // Page actions run in the capture phase, because fields stop the propagation of their keys.
    for (const capture of [true, false]) addEventListener("keydown", onKeyDown, { capture, signal });
    // Firefox and WebKit send clipboard events to the last caret: a code editor without the focus must not act.
    for (const type of CLIPBOARD) document.addEventListener(type, onClipboard, { capture: true, signal });
    for (const type of TYPING_EVENTS) addEventListener(type, trackTyping, { capture: true, signal });
    return () => mounted.abort();
  }, [editor]);
  useEffect(() => {
    if (import.meta.env.DEV)
      findShortcutConflicts(EDITOR_ACTIONS).forEach((conflict) => reportError(new Error(conflict)));
    const mounted = new AbortController();
    const { signal } = mounted;
    const undoOnUnmount = (withdraw: () => void) => signal.addEventListener("abort", withdraw);
    undoOnUnmount(registerShortcutsDialogOpener(() => editor.openDialog({ type: "shortcuts" })));
    // Without this code, the command palette still lists flows and the actions of every page.
    loadAfterPaint(() => import("./register-editor-commands.ts")).then(
      ({ registerEditorCommands }) => {
        if (!signal.aborted) undoOnUnmount(registerEditorCommands(editor));
      },
      () => undefined,
    );
    return () => mounted.abort();
  }, [editor]);
}

function dispatchKey(editor: Editor, event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented) return;
  const shortcut = formatShortcutOfKeyEvent(event);
  const isCapturing = event.eventPhase === Event.CAPTURING_PHASE;
  const bound = [...listActionsOfShortcut(shortcut), ...listActionsOfShortcut(mirror(shortcut))];
  // Most keys have actions of one phase only: in the other they cost nothing.
  if (bound.every(({ scope }) => (scope === "page") !== isCapturing)) return;
  const target = event.target instanceof Element ? event.target : null;
  const candidates = findCandidates(shortcut, target, readContext(editor, event, target));
  if (candidates.length === 0) return;
  const press: ShortcutKeyPress = { shortcut, key: event.key, isShifted: event.shiftKey, target };
  for (const action of candidates) {
    const targets = findTargets(editor, action, target);
    if (action.isBound?.(editor, targets, press) === false) continue;
    if ((action.scope === "page") !== isCapturing) return;
    return runAction(editor, action, { targets, press, event });
  }
}

type ActionRun = {
  readonly targets: ActionTargetSteps;
  readonly press: ShortcutKeyPress;
  readonly event: KeyboardEvent;
};

function runAction(editor: Editor, action: EditorAction, { targets, press, event }: ActionRun): void {
  const isInText = isKeyEventInTextField(event);
  if (action.yieldsToField && isInText && isTypingRevertible(press.shortcut === "Mod+Z"))
    return afterOwnUndo(event, () => void action.run(editor, targets, press));
  const missing = explainMissingScopeOfAction(editor, action);
  const isIgnored = action.ignoresRepeat && event.repeat;
  if (missing !== undefined) {
    if (!event.repeat) toasts.show({ text: missing });
  } else if (!isIgnored && action.run(editor, targets, press) === false) return;
  event.preventDefault();
  if (isInText) event.stopPropagation();
}

function findCandidates(
  shortcut: string,
  target: Element | null,
  place: KeyboardShortcutContext,
): readonly EditorAction[] {
  const find = (keys: string) => findActionsOfShortcut(listActionsOfShortcut(keys), keys, place);
  const mirrored = mirror(shortcut);
  if (mirrored === shortcut || !target || getComputedStyle(target).direction !== "rtl") return find(shortcut);
  return [
    ...find(shortcut).filter(({ followsDirection }) => !followsDirection),
    ...find(mirrored).filter(({ followsDirection }) => followsDirection),
  ];
}

function mirror(shortcut: string): string {
  return shortcut.replace(/Left|Right/, (side) => (side === "Left" ? "Right" : "Left"));
}

function readContext(
  { page }: Editor,
  event: KeyboardEvent,
  target: Element | null,
): KeyboardShortcutContext {
  const isDragging = useStepMoveState.getState().type !== "none";
  const areStepsShown = page.current?.tab === "steps";
  const barriers = new Set<ShortcutBlockingPageState>();
  if (isDialogOrMenuOpen()) barriers.add("dialog");
  if (isKeyEventInTextField(event)) barriers.add("text");
  if (isDragging) barriers.add("drag");
  const scopes = new Set<ShortcutScope>(["page"]);
  if (isDragging) scopes.add("drag");
  if (areStepsShown) {
    scopes.add("steps");
    if (target?.closest("[data-step-key]")) scopes.add("row");
    if (target?.closest("[data-part=handle]")) scopes.add("handle");
    if (target?.matches("[data-branch]")) scopes.add("branch");
  }
  return { barriers, scopes, areSingleKeysOn: singleKeyShortcutsPreference.getState() };
}

/** A row's shortcuts affect the whole selection if the row is selected, others the focused row. */
function findTargets(editor: Editor, { scope }: EditorAction, target: Element | null): ActionTargetSteps {
  if (scope === "row" || scope === "handle") {
    const row = target?.closest<HTMLElement>("[data-step-key]");
    const key = row?.dataset["stepKey"] as StepKey | undefined;
    if (key !== undefined && findStep(editor.documentNow(), key))
      return { keys: editor.targetsOf(key), lead: key, movedWith: getStepRowPartOfElement(target) };
  }
  const keys = editor.targetsNow();
  return { keys, lead: editor.focusedStep() ?? keys[0], movedWith: "row" };
}

function dispatchClipboard(editor: Editor, event: ClipboardEvent): void {
  const action = EDITOR_ACTIONS.find(({ clipboard }) => clipboard?.type === event.type);
  if (!action?.clipboard || editor.page.current?.tab !== "steps") return;
  if (event.defaultPrevented || isEventTargetInTextField(document.activeElement) || isDialogOrMenuOpen())
    return;
  // Cutting would remove the steps being moved, and pasting would shift their destination.
  if (useStepMoveState.getState().type !== "none") return;
  const missing = explainMissingScopeOfAction(editor, action);
  if (missing === undefined) action.clipboard.run(editor, event);
  else if (document.getSelection()?.isCollapsed !== false) toasts.show({ text: missing });
  if (event.defaultPrevented) event.stopPropagation();
}

export interface KeyboardShortcutContext {
  readonly barriers: ReadonlySet<ShortcutBlockingPageState>;
  readonly scopes: ReadonlySet<ShortcutScope>;
  readonly areSingleKeysOn: boolean;
}

type KeyStroke = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">;

const BLOCKED_SCOPES: Readonly<Record<ShortcutBlockingPageState, readonly ShortcutScope[]>> = {
  dialog: SHORTCUT_SCOPES,
  text: SHORTCUT_SCOPES,
  drag: SHORTCUT_SCOPES.filter((scope) => scope !== "drag"),
};

/** Returns the actions that the shortcut may trigger in this state, innermost scope first. */
export function findActionsOfShortcut(
  actions: readonly EditorAction[],
  shortcut: string,
  { barriers, scopes, areSingleKeysOn }: KeyboardShortcutContext,
): readonly EditorAction[] {
  const isSingle = isSingleCharacter(shortcut);
  if (isSingle && (!areSingleKeysOn || barriers.has("text"))) return [];
  return actions
    .filter(
      (action) =>
        action.clipboard === undefined &&
        scopes.has(action.scope) &&
        (!action.isStepsViewOnly || scopes.has("steps")) &&
        keysOf(action).includes(shortcut) &&
        [...barriers].every(
          (barrier) => !BLOCKED_SCOPES[barrier].includes(action.scope) || action.worksIn?.includes(barrier),
        ),
    )
    .toSorted((a, b) => SHORTCUT_SCOPES.indexOf(a.scope) - SHORTCUT_SCOPES.indexOf(b.scope));
}

export function findShortcutConflicts(actions: readonly EditorAction[]): readonly string[] {
  const owners = new Map<string, string>();
  return actions.flatMap((action) =>
    keysOf(action).flatMap((shortcut) => {
      const binding = `${shortcut} in the scope “${action.scope}”`;
      const owner = owners.get(binding);
      owners.set(binding, action.id);
      return owner === undefined ? [] : [`${binding} is bound to “${owner}” and to “${action.id}”.`];
    }),
  );
}

/** As `Mod+Shift+Z`. Drops Shift from other characters than letters: that depends on the keyboard layout. */
export function formatShortcutOfKeyEvent({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyStroke): string {
  const isCharacter = key.length === 1 && key !== " ";
  const upper = key.toUpperCase();
  const hasShift = shiftKey && (!isCharacter || upper !== key.toLowerCase());
  const name = key === " " ? "Space" : isCharacter ? upper : key;
  return [(ctrlKey || metaKey) && "Mod", altKey && "Alt", hasShift && "Shift", name]
    .filter((part) => part !== false)
    .join("+");
}

function keysOf({ keys = [], hiddenKeys = [] }: EditorAction): readonly string[] {
  return [...keys, ...hiddenKeys];
}

function listActionsOfShortcut(shortcut: string): readonly EditorAction[] {
  return ACTIONS_BY_SHORTCUT.get(shortcut) ?? [];
}

function isSingleCharacter(shortcut: string): boolean {
  return shortcut.length === 1;
}

let typedField: EventTarget | null = null;
let textBeforeTyping: string | undefined;
let isTyped = false;
let isUndone = false;

type TypingEvent = Pick<Event, "type" | "target"> & { readonly inputType?: string };

/** Tracks whether the focused text field has typing since it got the focus that the browser can undo or redo. */
export function trackTyping({ type, target, inputType }: TypingEvent): void {
  if (type === "focusin") {
    // The same field gets the focus again when the user returns to the window.
    if (target !== typedField) isTyped = isUndone = false;
    typedField = target;
  } else if (inputType && target === typedField) {
    const text = getText(target);
    if (type === "input") {
      isUndone = inputType.startsWith("history");
      isTyped = inputType !== "historyUndo" || text !== textBeforeTyping;
    } else if (!isTyped) textBeforeTyping = text;
  }
}

/** Always for a code editor. In a field without typing, the browser would undo the typing of another field. */
export function isTypingRevertible(isUndo: boolean): boolean {
  return getText(typedField) === undefined || (isUndo ? isTyped : isUndone);
}

function getText(field: EventTarget | null): string | undefined {
  return (field as Partial<HTMLInputElement> | null)?.value;
}

/** Milliseconds to wait for the browser's own undo, which may run shortly after the key event. */
const BROWSER_TAKES_MS = 60;

/** With nothing to undo, a code editor leaves the key alone, and a plain field fires no history event. */
function afterOwnUndo(event: KeyboardEvent, otherwise: () => void): void {
  isUndone = false;
  setTimeout(() => {
    if (!isUndone && !event.defaultPrevented) otherwise();
  }, BROWSER_TAKES_MS);
}
