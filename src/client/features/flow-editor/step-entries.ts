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
import { stepName } from "#core/step.ts";
import { BRANCH_WORDS } from "#core/describe-branches.ts";
import { quoteName } from "#client/flow/quote-name.ts";
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
}

// The entries of menus and panels. Their labels say how many steps they act on where it is more than one.

export function switchEntry({ actions }: Editor, { keys }: StepTargets, enabled: boolean): MenuItem {
  return {
    type: "item",
    label: `Switch ${enabled ? "on" : "off"}${keys.length > 1 ? ` ${keys.length} steps` : ""}`,
    icon: enabled ? Power : PowerOff,
    shortcut: shortcuts.toggle.keys[0],
    onSelect: () => actions.setEnabled(keys, enabled),
  };
}

export function moveEntries(editor: Editor, targets: StepTargets): readonly MenuItem[] {
  const { openFlow, actions } = editor;
  const { document } = openFlow.getState().history;
  const { keys, lead, movedWith } = targets;
  const them = countWords(editor, keys);

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

export function copyEntries(editor: Editor, { keys }: StepTargets): readonly MenuItem[] {
  const { actions } = editor;
  const them = countWords(editor, keys);
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

export function deleteEntry(editor: Editor, { keys }: StepTargets): MenuItem {
  return {
    type: "item",
    label: `Delete${countWords(editor, keys)}`,
    icon: Trash2,
    shortcut: shortcuts.remove.keys[0],
    danger: true,
    onSelect: () => editor.actions.remove(keys),
  };
}

/** “ 3 steps”, or nothing for one alone, whose row says which it is. */
function countWords({ actions }: Editor, keys: readonly StepKey[]): string {
  return keys.length > 1 ? ` ${actions.nameOf(keys)}` : "";
}
