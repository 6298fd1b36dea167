import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useId,
  useRef,
  useState,
} from "react";
import { Button, type ButtonVariant } from "./button.tsx";
import type { Icon } from "./icon.ts";
import { IconButton } from "./icon-button.tsx";
import { lazyPart, sayItDidNotOpen } from "./lazy-part.tsx";
import type { MenuEntry } from "./menu-entry.ts";

const Menu = lazyPart(async () => (await import("./menu.tsx")).Menu, { onFail: sayItDidNotOpen });

/** For menus that are opened from elsewhere by a key: the next keys are meant for the menu. */
export const preloadMenu = Menu.preload;

export type MenuButtonProps = {
  /** The accessible name; also the visible words if there are children to show instead of only the icon. */
  readonly label: string;
  readonly icon?: Icon;
  /** Read when the menu opens, so that a row costs nothing until then. */
  readonly entries: () => readonly MenuEntry[];
  readonly children?: ReactNode;
  readonly variant?: ButtonVariant;
  readonly size?: "sm" | "md";
  readonly className?: string;
  readonly tabIndex?: number;
  readonly ref?: RefObject<HTMLButtonElement | null>;
};

/**
 * A button that opens a menu. The menu's code loads when the pointer or the focus comes near, and a press that is
 * quicker than the network opens it as soon as it is there. `ref.current.click()` opens it from a shortcut.
 */
export function MenuButton({ label, icon, entries, children, ref, ...look }: MenuButtonProps) {
  const own = useRef<HTMLButtonElement>(null);
  const trigger = ref ?? own;
  const id = useId();
  const menuId = `${id}-menu`;
  const [open, setOpen] = useState<false | "pointer" | "keyboard">(false);

  const shared = {
    id,
    ref: trigger,
    "aria-haspopup": "menu",
    "aria-expanded": open !== false,
    "aria-controls": open ? menuId : undefined,
    onPointerEnter: Menu.preload,
    onFocus: Menu.preload,
    // A click without a press count comes from Enter, Space or a script.
    onClick: (event: MouseEvent) => setOpen(open ? false : event.detail === 0 ? "keyboard" : "pointer"),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      setOpen("keyboard");
    },
    ...look,
  } as const;

  return (
    <>
      {children === undefined && icon ? (
        <IconButton {...shared} label={label} icon={icon} />
      ) : (
        <Button {...shared} {...(icon && { icon })} aria-label={label}>
          {children ?? label}
        </Button>
      )}
      {open && (
        <Menu
          id={menuId}
          trigger={trigger}
          entries={entries()}
          byKeyboard={open === "keyboard"}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
