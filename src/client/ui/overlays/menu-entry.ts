import type { IconComponent } from "#client/ui/controls/button.tsx";

export type MenuItem = {
  readonly type: "item";
  readonly label: string;
  readonly icon?: IconComponent;
  readonly shortcut?: string;
  readonly danger?: boolean;
  readonly checked?: boolean;
  readonly disabledReason?: string | undefined;
  /** Called after the menu has closed and its trigger has the focus. */
  readonly onSelect: () => void;
};

export type MenuItemSeparatorOrSubmenu =
  | MenuItem
  | { readonly type: "separator" }
  | {
      readonly type: "submenu";
      readonly label: string;
      readonly icon?: IconComponent;
      readonly entries: readonly MenuItemSeparatorOrSubmenu[];
    };
