import { Check, ChevronLeft, ChevronRight } from "lucide-react";
import * as RadixMenu from "@radix-ui/react-menu";
import { type PointerEvent, type RefObject, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { isPrintableKey } from "#client/ui/focus/key-event-in-text-field.ts";
import { isFocusRequested } from "#client/ui/focus/focus-request.ts";
import { getTooltipProps } from "./tooltip.ts";
import { overlayContentProps } from "./overlay-content-props.ts";
import { KeyboardKey } from "#client/ui/controls/inline-text.tsx";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { MIN_WIDTH_SM, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";

export interface MenuPosition {
  readonly x: number;
  readonly y: number;
}

export type MenuProps = {
  readonly id: string;
  readonly trigger: RefObject<HTMLElement | null>;
  /** Where the menu opens instead of at the trigger, in CSS pixels of the window. */
  readonly at?: MenuPosition | undefined;
  readonly entries: readonly MenuItemSeparatorOrSubmenu[];
  readonly byKeyboard: boolean;
  readonly onClose: () => void;
};

const panel =
  "z-80 max-h-(--radix-popper-available-height) min-w-44 max-w-[min(20rem,calc(100vw-1rem))] animate-float-in overflow-y-auto scroll-pb-12 overscroll-contain rounded-lg bg-raised p-1 shadow-float focus:outline-none";
const row =
  "flex min-h-8 items-center gap-2.5 rounded-md px-2 py-1 text-sm outline-none select-none pointer-coarse:min-h-10";

/** An open menu. Includes Radix and its positioning code, so MenuButton prefetches this module on hover or focus. */
export function Menu({ id, trigger, at, entries, byKeyboard, onClose }: MenuProps) {
  const chosen = useRef<(() => void) | null>(null);
  const entered = useRef(false);
  const isLeftByPress = useRef(false);
  const point = useRef({ getBoundingClientRect: () => DOMRect.fromRect(at) });

  // A dialog that the entry opens must receive the next key, and stores the trigger as its opener.
  const close = () => {
    flushSync(onClose);
    // A press elsewhere moves the focus; focusing the trigger could scroll under the pointer.
    if (document.activeElement === document.body && !isLeftByPress.current) trigger.current?.focus();
    chosen.current?.();
  };

  return (
    // Not modal: a modal menu would hide the page from screen readers, but leave its elements focusable.
    <RadixMenu.Root open modal={false} onOpenChange={(open) => !open && close()}>
      <RadixMenu.Anchor virtualRef={at ? point : trigger} />
      <RadixMenu.Portal container={findLandmark(trigger.current)}>
        <RadixMenu.Content
          {...overlayContentProps}
          id={id}
          aria-labelledby={trigger.current?.id}
          // Focusable, because a long menu scrolls and keyboard users can scroll only a focusable element.
          tabIndex={0}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          loop
          className={panel}
          onFocus={(event) => {
            if (entered.current || !byKeyboard) return;
            entered.current = true;
            event.currentTarget
              .querySelector<HTMLElement>("[role^=menuitem]")
              ?.focus({ preventScroll: true });
          }}
          onKeyDown={(event) => {
            event.stopPropagation();
            // Only the native event: Radix would ignore a prevented event of React.
            if (isPrintableKey(event)) event.nativeEvent.preventDefault();
          }}
          onPointerDownOutside={() => (isLeftByPress.current = true)}
          onInteractOutside={(event) => {
            // The click on the trigger closes the menu: if its press did so, the click would open it again.
            if (event.target instanceof Node && trigger.current?.contains(event.target))
              event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // A user who closed the menu by pressing a focusable element has moved the focus there.
            if (document.activeElement === document.body && !isFocusRequested())
              trigger.current?.focus({ preventScroll: true });
          }}
        >
          <Entries entries={entries} choose={(action) => (chosen.current = action)} />
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

/** The menu is rendered into a landmark: content outside of them is hard to find with a screen reader. */
function findLandmark(trigger: HTMLElement | null): HTMLElement | null {
  const nearest = trigger?.closest<HTMLElement>(
    "[role=dialog], [role=alertdialog], main, header:not(main *)",
  );
  return nearest?.matches("main, header") ? nearest : null;
}

type EntriesProps = {
  readonly entries: readonly MenuItemSeparatorOrSubmenu[];
  readonly choose: (action: () => void) => void;
};

function Entries({ entries, choose }: EntriesProps) {
  return entries.map((entry, index) => {
    switch (entry.type) {
      case "separator":
        return (
          <RadixMenu.Separator
            key={`separator-${index}`}
            className={joinClasses(
              "-mx-1 my-1 h-px bg-line",
              isDanger(entries[index + 1]) &&
                "sticky bottom-9 shadow-[0_0_0_0.25rem_var(--color-raised)] pointer-coarse:bottom-11",
            )}
          />
        );
      case "heading":
        return (
          <RadixMenu.Label key={entry.label} className="border-b border-line -mx-1 mb-1 px-3 py-1.5 text-sm">
            <span className="block font-medium break-words">{entry.label}</span>
            <span className="block text-xs text-muted">{entry.detail}</span>
          </RadixMenu.Label>
        );
      case "submenu":
        return <Submenu key={entry.label} submenu={entry} choose={choose} />;
      case "item":
        return <Item key={`${index} ${entry.label}`} item={entry} choose={choose} />;
    }
  });
}

const isDanger = (entry: MenuItemSeparatorOrSubmenu | undefined) => entry?.type === "item" && entry.danger;

type SubmenuProps = {
  readonly submenu: MenuItemSeparatorOrSubmenu & { readonly type: "submenu" };
  readonly choose: EntriesProps["choose"];
};

/** Opens beside the menu or, on a narrow page, over the menu and with an entry that leads back. */
function Submenu({ submenu: { label, icon: IconDrawing, entries }, choose }: SubmenuProps) {
  const [isOpen, setOpen] = useState(false);
  const [trigger, setTrigger] = useState<HTMLElement | null>(null);
  const isNarrow = !useMediaQuery(MIN_WIDTH_SM);
  return (
    <RadixMenu.Sub open={isOpen} onOpenChange={setOpen}>
      <RadixMenu.SubTrigger
        ref={setTrigger}
        // A submenu that covers its trigger must not open on hover: the click that follows would press its first entry.
        onPointerMove={isNarrow ? preventDefault : undefined}
        className={joinClasses(row, "hover:bg-hover data-highlighted:bg-hover data-[state=open]:bg-hover")}
      >
        {IconDrawing && <IconDrawing className="size-4 shrink-0 text-muted" />}
        <span className="min-w-0 flex-1 truncate">{label}</span>
        <ChevronRight className="size-4 shrink-0 text-faint" />
      </RadixMenu.SubTrigger>
      <RadixMenu.Portal container={findLandmark(trigger)}>
        <RadixMenu.SubContent
          className={panel}
          sideOffset={isNarrow ? -(trigger?.offsetWidth ?? 0) : 2}
          alignOffset={-4}
          collisionPadding={8}
          loop
        >
          {isNarrow && (
            <RadixMenu.Item
              aria-label={`${label}, back`}
              className={joinClasses(row, "font-medium data-highlighted:bg-hover")}
              onSelect={(event) => {
                event.preventDefault();
                setOpen(false);
                trigger?.focus();
              }}
            >
              <ChevronLeft className="size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1 truncate">{label}</span>
            </RadixMenu.Item>
          )}
          <Entries entries={entries} choose={choose} />
        </RadixMenu.SubContent>
      </RadixMenu.Portal>
    </RadixMenu.Sub>
  );
}

const preventDefault = (event: PointerEvent) => event.preventDefault();

type ItemProps = {
  readonly item: MenuItem;
  readonly choose: EntriesProps["choose"];
};

function Item({ item, choose }: ItemProps) {
  const reasonId = useId();
  const { disabledReason } = item;
  const blocked = disabledReason !== undefined;
  const Row = item.checked === undefined ? RadixMenu.Item : RadixMenu.CheckboxItem;
  return (
    <Row
      {...(item.checked !== undefined && { checked: item.checked })}
      {...(blocked && { ...getTooltipProps(disabledReason), "aria-describedby": reasonId })}
      aria-disabled={blocked || undefined}
      aria-keyshortcuts={item.shortcut && toAriaShortcut(item.shortcut)}
      textValue={item.label}
      onSelect={(event) => {
        if (blocked) event.preventDefault();
        else choose(item.onSelect);
      }}
      className={joinClasses(
        row,
        // Stays at the bottom edge while the other entries of a menu that is too high for the page scroll.
        item.danger
          ? "sticky bottom-0 bg-raised text-danger shadow-[0_0.25rem_var(--color-raised)] data-highlighted:bg-danger-soft"
          : "data-highlighted:bg-hover [&>svg]:text-muted",
        blocked && "text-muted",
      )}
    >
      {item.icon && <item.icon className={joinClasses("size-4 shrink-0", blocked && "opacity-60")} />}
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {blocked && (
        <span id={reasonId} hidden>
          {disabledReason}
        </span>
      )}
      {item.shortcut && (
        <span aria-hidden="true" className="pointer-coarse:hidden">
          <KeyboardKey shortcut={item.shortcut} />
        </span>
      )}
      {item.checked && <Check className="size-4 shrink-0 text-accent" />}
    </Row>
  );
}

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
  | { readonly type: "heading"; readonly label: string; readonly detail: string }
  | {
      readonly type: "submenu";
      readonly label: string;
      readonly icon?: IconComponent;
      readonly entries: readonly MenuItemSeparatorOrSubmenu[];
    };
