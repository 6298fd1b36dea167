import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpToLine,
  Copy,
  CopyPlus,
  CornerDownRight,
  CornerLeftUp,
  MoveVertical,
  Power,
  PowerOff,
  Scissors,
  Trash2,
} from "lucide-react";
import type { StepKey } from "#core/flow-document.ts";
import { type ShiftDirection, findShift } from "#core/shift-steps.ts";
import { type StepListRef, findStep, locateSteps } from "#core/step-list.ts";
import { isEnabled, stepName } from "#core/step.ts";
import { BRANCH_WORDS } from "#core/describe-branches.ts";
import { quoteName } from "#core/quote-name.ts";
import type { Icon } from "#client/ui/icon.ts";
import type { MenuItem } from "#client/ui/menu-entry.ts";
import type { Editor } from "./editor-context.tsx";
import type { MovedWith } from "./move-actions.ts";
import { shortcuts } from "./shortcuts.ts";

/** The steps that an entry acts on, and where the focus is to be afterwards. */
export interface StepTargets {
  readonly keys: readonly StepKey[];
  readonly lead: StepKey;
  readonly movedWith: MovedWith;
  /** What labels call the steps, where it is not said beside the entries what they act on. */
  readonly words?: string;
}

/** Those of a row: alone it is what the row says, else it is part of the selection, which may hold some within others. */
export function rowTargets(keys: readonly StepKey[], lead: StepKey): StepTargets {
  return { keys, lead, movedWith: "menu", words: keys.length > 1 ? " selected steps" : "" };
}

// The entries of menus and panels.

export function switchEntry(
  { actions }: Editor,
  { keys, words = "" }: StepTargets,
  enabled: boolean,
): MenuItem {
  return {
    type: "item",
    label: `Switch ${enabled ? "on" : "off"}${words}`,
    icon: enabled ? Power : PowerOff,
    shortcut: shortcuts.toggle.keys[0],
    onSelect: () => actions.setEnabled(keys, enabled),
  };
}

/** Off and on, as far as that changes something. What the key does depends on the row, so of two neither names it. */
export function switchEntries(editor: Editor, targets: StepTargets): readonly MenuItem[] {
  const { document } = editor.openFlow.getState().history;
  const nodes = targets.keys.flatMap((key) => findStep(document, key) ?? []);
  const ways = [false, true].filter((enabled) => nodes.some((node) => isEnabled(node) !== enabled));
  return ways.map((enabled) => ({
    ...switchEntry(editor, targets, enabled),
    ...(ways.length > 1 && { shortcut: undefined }),
  }));
}

export function moveEntries(editor: Editor, targets: StepTargets): readonly MenuItem[] {
  const { openFlow, actions } = editor;
  const { document } = openFlow.getState().history;
  const { keys, lead, movedWith, words: them = "" } = targets;

  const shiftEntry = (direction: ShiftDirection, way: string, icon: Icon, shortcut?: string): MenuItem => {
    const shift = findShift(document, keys, direction);
    return {
      type: "item",
      label: `Move${them} ${way}`,
      icon,
      ...(shortcut !== undefined && { shortcut }),
      disabledReason: shift.type === "blocked" ? shift.reason : undefined,
      onSelect: () => actions.shift(keys, direction, movedWith, lead),
    };
  };
  /** Where there is no such way, an entry would only say that it is not there. */
  const sideways = (direction: "out" | "into", icon: Icon, shortcut: string): readonly MenuItem[] => {
    const shift = findShift(document, keys, direction);
    const own = locateSteps(document).get(lead)?.list;
    if (shift.type === "blocked" || !own) return [];
    const way = direction === "out" ? `out of ${nameList(own)}` : `into ${nameList(shift.place.list)}`;
    return [shiftEntry(direction, way, icon, shortcut)];
  };
  const nameList = (list: StepListRef) => {
    const around = list.type === "branch" ? findStep(document, list.step) : undefined;
    if (!around || list.type !== "branch") return "the conditional";
    return `${quoteName(stepName(around))} › ${BRANCH_WORDS[list.branch]}`;
  };

  return [
    shiftEntry("up", "up", ArrowUp, shortcuts.moveUp.keys[0]),
    shiftEntry("down", "down", ArrowDown, shortcuts.moveDown.keys[0]),
    shiftEntry("top", "to top", ArrowUpToLine),
    shiftEntry("bottom", "to bottom", ArrowDownToLine),
    ...sideways("out", CornerLeftUp, shortcuts.moveOut.keys[0]),
    ...sideways("into", CornerDownRight, shortcuts.moveInto.keys[0]),
    {
      type: "item",
      label: `Move${them} to…`,
      icon: MoveVertical,
      onSelect: () => actions.chooseMove(keys, movedWith, lead),
    },
  ];
}

export function copyEntries(
  { actions }: Editor,
  { keys, words: them = "" }: StepTargets,
): readonly MenuItem[] {
  return [
    {
      type: "item",
      label: `Duplicate${them}`,
      icon: CopyPlus,
      shortcut: shortcuts.duplicate.keys[0],
      onSelect: () => void actions.duplicate(keys),
    },
    {
      type: "item",
      label: `Copy${them}`,
      icon: Copy,
      shortcut: shortcuts.copy.keys[0],
      onSelect: () => actions.copy(keys),
    },
    {
      type: "item",
      label: `Cut${them}`,
      icon: Scissors,
      shortcut: shortcuts.cut.keys[0],
      onSelect: () => actions.cut(keys),
    },
  ];
}

export function deleteEntry({ actions }: Editor, { keys, words = "" }: StepTargets): MenuItem {
  return {
    type: "item",
    label: `Delete${words}`,
    icon: Trash2,
    shortcut: shortcuts.remove.keys[0],
    danger: true,
    onSelect: () => actions.remove(keys),
  };
}
