import { Check, ChevronRight } from "lucide-react";
import { Menu as RadixMenu } from "radix-ui/internal";
import { type RefObject, useRef } from "react";
import { flushSync } from "react-dom";
import { isFocusWished } from "./focus-wish.ts";
import { keepEventsInside } from "./keep-events-inside.ts";
import { Kbd } from "./kbd.tsx";
import { ariaShortcut } from "./format-shortcut.ts";
import { joinClasses } from "./join-classes.ts";
import type { MenuEntry } from "./menu-entry.ts";

export type MenuProps = {
  readonly id: string;
  readonly trigger: RefObject<HTMLElement | null>;
  readonly entries: readonly MenuEntry[];
  /** Opened by a key: start on the first entry, not on the menu as a whole. */
  readonly byKeyboard: boolean;
  readonly onClose: () => void;
};

const panel =
  "z-80 max-h-(--radix-popper-available-height) min-w-44 max-w-[min(20rem,calc(100vw-1rem))] animate-float-in overflow-y-auto overscroll-contain rounded-lg bg-raised p-1 shadow-float focus:outline-none";
const row =
  "flex min-h-8 items-center gap-2.5 rounded-md px-2 py-1 text-sm outline-none select-none pointer-coarse:min-h-10";

/**
 * An open menu beside its trigger. It carries radix and its positioning, so it is loaded by MenuButton when somebody is
 * about to need it, and mounted only while open.
 */
export function Menu({ id, trigger, entries, byKeyboard, onClose }: MenuProps) {
  const chosen = useRef<(() => void) | null>(null);
  const entered = useRef(false);
  const isLeftByPress = useRef(false);

  // All of it before the next key, which is meant for what the choice opens. That finds the trigger focused, so it knows
  // where to return.
  const close = () => {
    flushSync(onClose);
    // A press elsewhere moves the focus itself, in a moment, and nothing may scroll under it.
    if (document.activeElement === document.body && !isLeftByPress.current) trigger.current?.focus();
    chosen.current?.();
  };

  return (
    // Not modal: hiding the whole page from screen readers for a menu would leave focusable things inside what is hidden.
    <RadixMenu.Root open modal={false} onOpenChange={(open) => !open && close()}>
      <RadixMenu.Anchor virtualRef={trigger} />
      <RadixMenu.Portal container={findLandmark(trigger.current)}>
        <RadixMenu.Content
          {...keepEventsInside}
          id={id}
          aria-labelledby={trigger.current?.id}
          // A long one scrolls, and what scrolls has to be within reach of the keyboard itself.
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
          onPointerDownOutside={() => (isLeftByPress.current = true)}
          onInteractOutside={(event) => {
            // The trigger closes the menu by its own press; closing it here first would let that press open it again.
            if (event.target instanceof Node && trigger.current?.contains(event.target))
              event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Where the press was on nothing that takes the focus.
            if (document.activeElement === document.body && !isFocusWished())
              trigger.current?.focus({ preventScroll: true });
          }}
        >
          <Entries entries={entries} choose={(action) => (chosen.current = action)} />
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

/** Content outside all landmarks is hard to find with a screen reader, so the menu stays in its trigger's. */
function findLandmark(trigger: HTMLElement | null): HTMLElement | null {
  const nearest = trigger?.closest<HTMLElement>("[role=dialog], [role=alertdialog], main, body > * > header");
  return nearest?.matches("main, header") ? nearest : null;
}

type EntriesProps = {
  readonly entries: readonly MenuEntry[];
  readonly choose: (action: () => void) => void;
};

function Entries({ entries, choose }: EntriesProps) {
  return entries.map((entry, index) => {
    switch (entry.type) {
      case "separator":
        return <RadixMenu.Separator key={`separator-${index}`} className="-mx-1 my-1 h-px bg-line" />;
      case "submenu":
        return (
          <RadixMenu.Sub key={entry.label}>
            <RadixMenu.SubTrigger
              className={joinClasses(row, "data-highlighted:bg-hover data-[state=open]:bg-hover")}
            >
              {entry.icon && <entry.icon className="size-4 shrink-0 text-muted" />}
              <span className="min-w-0 flex-1 truncate">{entry.label}</span>
              <ChevronRight className="size-4 shrink-0 text-faint" />
            </RadixMenu.SubTrigger>
            <RadixMenu.Portal>
              <RadixMenu.SubContent
                className={panel}
                sideOffset={2}
                alignOffset={-4}
                collisionPadding={8}
                loop
              >
                <Entries entries={entry.entries} choose={choose} />
              </RadixMenu.SubContent>
            </RadixMenu.Portal>
          </RadixMenu.Sub>
        );
      case "item":
        return <Item key={entry.label} item={entry} choose={choose} />;
    }
  });
}

type ItemProps = {
  readonly item: MenuEntry & { readonly type: "item" };
  readonly choose: EntriesProps["choose"];
};

function Item({ item, choose }: ItemProps) {
  const blocked = item.disabledReason !== undefined;
  const Row = item.checked === undefined ? RadixMenu.Item : RadixMenu.CheckboxItem;
  return (
    <Row
      {...(item.checked !== undefined && { checked: item.checked })}
      aria-disabled={blocked || undefined}
      aria-keyshortcuts={item.shortcut && ariaShortcut(item.shortcut)}
      textValue={item.label}
      onSelect={(event) => {
        if (blocked) event.preventDefault();
        else choose(item.onSelect);
      }}
      className={joinClasses(
        row,
        item.danger
          ? "text-danger data-highlighted:bg-danger-soft"
          : "data-highlighted:bg-hover [&>svg]:text-muted",
        blocked && "text-muted",
      )}
    >
      {item.icon && <item.icon className={joinClasses("size-4 shrink-0", blocked && "opacity-60")} />}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{item.label}</span>
        {blocked && <span className="block text-xs text-muted"> {item.disabledReason}</span>}
      </span>
      {item.shortcut && (
        <span aria-hidden="true" className="pointer-coarse:hidden">
          <Kbd shortcut={item.shortcut} />
        </span>
      )}
      {item.checked && <Check className="size-4 shrink-0 text-accent" />}
    </Row>
  );
}
