import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpToLine,
  PanelRight,
  Pencil,
  Plus,
  Power,
  Trash2,
} from "lucide-react";
import type { MenuEntry } from "#client/ui/menu-entry.ts";

export interface StepMenu {
  readonly index: number;
  readonly count: number;
  readonly enabled: boolean;
  readonly onEdit: () => void;
  readonly onRename: () => void;
  readonly onToggle: () => void;
  readonly onMoveBy: (by: -1 | 1) => void;
  readonly onMoveToEdge: (edge: "top" | "bottom") => void;
  readonly onAddAfter: () => void;
  readonly onDelete: () => void;
}

export function stepMenuEntries(menu: StepMenu): readonly MenuEntry[] {
  const first = menu.index === 0 ? "This step is the first one." : undefined;
  const last = menu.index === menu.count - 1 ? "This step is the last one." : undefined;
  return [
    { type: "item", label: "Configure", icon: PanelRight, shortcut: "Enter", onSelect: menu.onEdit },
    { type: "item", label: "Rename", icon: Pencil, shortcut: "F2", onSelect: menu.onRename },
    {
      type: "item",
      label: menu.enabled ? "Switch off" : "Switch on",
      icon: Power,
      shortcut: "Space",
      onSelect: menu.onToggle,
    },
    { type: "item", label: "Add step below", icon: Plus, onSelect: menu.onAddAfter },
    { type: "separator" },
    {
      type: "item",
      label: "Move up",
      icon: ArrowUp,
      shortcut: "Alt+ArrowUp",
      disabledReason: first,
      onSelect: () => menu.onMoveBy(-1),
    },
    {
      type: "item",
      label: "Move down",
      icon: ArrowDown,
      shortcut: "Alt+ArrowDown",
      disabledReason: last,
      onSelect: () => menu.onMoveBy(1),
    },
    {
      type: "item",
      label: "Move to top",
      icon: ArrowUpToLine,
      disabledReason: first,
      onSelect: () => menu.onMoveToEdge("top"),
    },
    {
      type: "item",
      label: "Move to bottom",
      icon: ArrowDownToLine,
      disabledReason: last,
      onSelect: () => menu.onMoveToEdge("bottom"),
    },
    { type: "separator" },
    {
      type: "item",
      label: "Delete",
      icon: Trash2,
      shortcut: "Delete",
      danger: true,
      onSelect: menu.onDelete,
    },
  ];
}
