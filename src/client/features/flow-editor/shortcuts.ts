import { NEXT_DIFFERENCE, PREVIOUS_DIFFERENCE } from "#client/ui/difference-key.ts";

interface Shortcut {
  /** As in `Mod+D`; several where several do the same or belong together. */
  readonly keys: readonly string[];
  /** What it does, for the keyboard map. */
  readonly label: string;
}

/** Every shortcut of the editor, once: menus, tooltips and the keyboard map all read it here. */
export const shortcuts = {
  save: { keys: ["Mod+S"], label: "Save" },
  undo: { keys: ["Mod+Z"], label: "Undo" },
  redo: { keys: ["Mod+Shift+Z", "Mod+Y"], label: "Redo" },
  tryIt: { keys: ["Mod+Enter"], label: "Try it: open the panel, then run" },
  find: { keys: ["Mod+F"], label: "Find in the flow" },
  notification: { keys: ["Alt+T"], label: "Go to a notification" },
  help: { keys: ["?", "Mod+/"], label: "Show these shortcuts" },

  walk: { keys: ["ArrowUp", "ArrowDown"], label: "Step above or below" },
  walkFar: {
    keys: ["Home", "End", "PageUp", "PageDown"],
    label: "First, last, ten up, ten down",
  },
  fold: { keys: ["ArrowLeft", "ArrowRight"], label: "Fold and unfold a conditional" },
  configure: { keys: ["Enter"], label: "Open in the inspector" },
  menu: { keys: ["Shift+F10"], label: "Open the menu" },
  nextProblem: { keys: ["F8"], label: "Next problem" },
  previousProblem: { keys: ["Shift+F8"], label: "Previous problem" },
  walkDifferences: {
    keys: [NEXT_DIFFERENCE, PREVIOUS_DIFFERENCE],
    label: "Compared texts: next and previous difference",
  },

  add: { keys: ["/"], label: "Add a step after this one" },
  rename: { keys: ["F2"], label: "Rename" },
  toggle: { keys: ["Space"], label: "Switch on or off" },
  duplicate: { keys: ["Mod+D"], label: "Duplicate" },
  copy: { keys: ["Mod+C"], label: "Copy" },
  cut: { keys: ["Mod+X"], label: "Cut" },
  paste: { keys: ["Mod+V"], label: "Paste after this one" },
  remove: { keys: ["Delete"], label: "Delete" },

  moveUp: { keys: ["Alt+ArrowUp"], label: "Move up" },
  moveDown: { keys: ["Alt+ArrowDown"], label: "Move down" },
  moveOut: { keys: ["Alt+Shift+ArrowLeft"], label: "Move out of the conditional" },
  moveInto: { keys: ["Alt+Shift+ArrowRight"], label: "Move into a conditional" },
  pickUp: { keys: ["Space"], label: "On a handle: pick up and drop" },
  moveSafely: { keys: ["Shift+ArrowUp", "Shift+ArrowDown"], label: "Picked up: to the next safe place" },

  aboutName: { keys: ["Mod+I"], label: "In a text: about the variable at the cursor" },
  renameName: { keys: ["F2"], label: "In a text: rename that variable everywhere" },

  extend: { keys: ["Shift+ArrowUp", "Shift+ArrowDown"], label: "Extend up or down" },
  selectAll: { keys: ["Mod+A"], label: "Select all, then folded ones too" },
  clear: { keys: ["Escape"], label: "Select none" },
} as const satisfies Readonly<Record<string, Shortcut>>;

type ShortcutName = keyof typeof shortcuts;

/** The keyboard map: what belongs together, in the order in which it is shown. */
export const SHORTCUT_GROUPS: readonly {
  readonly title: string;
  readonly names: readonly ShortcutName[];
}[] = [
  { title: "Steps", names: ["add", "rename", "toggle", "duplicate", "copy", "cut", "paste", "remove"] },
  { title: "Move", names: ["moveUp", "moveDown", "moveOut", "moveInto", "pickUp", "moveSafely"] },
  { title: "Select", names: ["extend", "selectAll", "clear"] },
  {
    title: "Go",
    names: [
      "walk",
      "walkFar",
      "fold",
      "configure",
      "menu",
      "nextProblem",
      "previousProblem",
      "walkDifferences",
    ],
  },
  { title: "Variables", names: ["aboutName", "renameName"] },
  { title: "Flow", names: ["save", "undo", "redo", "tryIt", "find", "notification", "help"] },
];
