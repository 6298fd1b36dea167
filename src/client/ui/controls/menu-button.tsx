import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useId,
  useRef,
  useState,
} from "react";
import { type ButtonVariant, type IconComponent, Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { createLazyComponent, closeOverlayWithToast } from "#client/ui/hooks/create-lazy-component.tsx";
import type { MenuPosition, MenuProps, MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";

const Menu = createLazyComponent(async () => (await import("#client/ui/overlays/menu.tsx")).Menu, {
  onFail: closeOverlayWithToast,
});

/** Prefetches the code of menus. Call if a key can open a menu, because the next keys are meant for the menu. */
export const preloadMenuComponent = Menu.preload;

/** A menu whose entries are part of its own lazily loaded code. */
export interface LazyMenu {
  readonly preload: () => void;
  readonly render: (menu: Omit<MenuProps, "entries">) => ReactNode;
}

let requestedPosition: MenuPosition | undefined;

/** Opens the menu of a MenuButton at a position, such as that of a right click. */
export function openMenuAt(trigger: HTMLElement, position: MenuPosition): void {
  requestedPosition = position;
  trigger.click();
  requestedPosition = undefined;
}

export type MenuButtonProps = {
  readonly label: string;
  readonly icon?: IconComponent;
  /** The entries, or a function that renders the menu, whose code is then loaded separately. */
  readonly entries: (() => readonly MenuItemSeparatorOrSubmenu[]) | LazyMenu;
  readonly children?: ReactNode;
  readonly variant?: ButtonVariant;
  readonly size?: "sm" | "md";
  readonly className?: string;
  readonly tabIndex?: number;
  readonly ref?: RefObject<HTMLButtonElement | null>;
};

/** A press before the menu's code has loaded opens the menu later. `ref.current.click()` opens it from a shortcut. */
export function MenuButton({ label, icon, entries, children, ref, ...look }: MenuButtonProps) {
  const own = useRef<HTMLButtonElement>(null);
  const trigger = ref ?? own;
  const id = useId();
  const menuId = `${id}-menu`;
  const [open, setOpen] = useState<false | "pointer" | "keyboard" | MenuPosition>(false);

  const preload = typeof entries === "function" ? Menu.preload : entries.preload;
  const shared = {
    id,
    ref: trigger,
    "aria-haspopup": "menu",
    "aria-expanded": open !== false,
    "aria-controls": open ? menuId : undefined,
    onPointerEnter: preload,
    onFocus: preload,
    // Treats a click as a key press if `detail` is 0, as for a click by Enter, Space or a script.
    onClick: (event: MouseEvent) =>
      setOpen(requestedPosition ?? (open ? false : event.detail === 0 ? "keyboard" : "pointer")),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      setOpen("keyboard");
    },
    ...look,
  } as const;

  const menu = {
    id: menuId,
    trigger,
    byKeyboard: open === "keyboard",
    at: typeof open === "object" ? open : undefined,
    onClose: () => setOpen(false),
  };
  return (
    <>
      {children === undefined && icon ? (
        <IconButton {...shared} label={label} icon={icon} />
      ) : (
        <Button {...shared} {...(icon && { icon })} aria-label={label}>
          {children ?? label}
        </Button>
      )}
      {open && <OpenMenu {...menu} entries={entries} />}
    </>
  );
}

function OpenMenu({ entries, ...menu }: Omit<MenuProps, "entries"> & Pick<MenuButtonProps, "entries">) {
  return typeof entries === "function" ? <Menu {...menu} entries={entries()} /> : entries.render(menu);
}
