import type { Icon } from "./icon.ts";

export type MenuItem = {
  readonly type: "item";
  readonly label: string;
  readonly icon?: Icon;
  /** Shown beside the label, as in `Mod+D`. */
  readonly shortcut?: string;
  readonly danger?: boolean;
  /** Of a setting: whether it is on. Choosing it turns it over. */
  readonly checked?: boolean;
  /** Why the item cannot be chosen now. It stays reachable, so that the reason can be read. */
  readonly disabledReason?: string | undefined;
  /** Runs once the menu is gone and the focus is back on its trigger. */
  readonly onSelect: () => void;
};

export type MenuEntry =
  | MenuItem
  | { readonly type: "separator" }
  | {
      readonly type: "submenu";
      readonly label: string;
      readonly icon?: Icon;
      readonly entries: readonly MenuEntry[];
    };
