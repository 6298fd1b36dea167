import { Ellipsis } from "lucide-react";
import { MenuButton, type MenuButtonProps } from "#client/ui/controls/menu-button.tsx";
import { RelativeTime, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

/** The pseudo-element covers the row. On iOS, a long press opens the row's menu and not Safari's. */
export const ROW_LINK_CLASSES =
  "min-w-0 truncate font-medium outline-none [-webkit-touch-callout:none] after:absolute after:inset-0";

type RowRelativeTimeProps = {
  readonly time: string;
  readonly label?: string;
  readonly className?: string;
};

/** Renders a time above the link that covers the row, so that the time's tooltip works. */
export function RowRelativeTime({ time, label, className }: RowRelativeTimeProps) {
  return (
    <span className={joinClasses("relative z-10 shrink-0 whitespace-nowrap tabular-nums", className)}>
      {label !== undefined && <VisuallyHidden>{label} </VisuallyHidden>}
      <RelativeTime time={time} />
    </span>
  );
}

type RowActionsMenuProps = Pick<MenuButtonProps, "entries"> & {
  readonly name: string;
  readonly isActive: boolean;
};

export function RowActionsMenu({ name, isActive, entries }: RowActionsMenuProps) {
  return (
    <MenuButton
      label={`Actions for ${name}`}
      icon={Ellipsis}
      entries={entries}
      tabIndex={isActive ? 0 : -1}
      className="relative z-10 shrink-0 justify-self-end"
    />
  );
}
