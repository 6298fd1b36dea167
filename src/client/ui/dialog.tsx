import { X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, type RefObject, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { isFocusWished } from "./focus-wish.ts";
import { IconButton } from "./icon-button.tsx";
import { keepEventsInside } from "./keep-events-inside.ts";
import { joinClasses } from "./join-classes.ts";

export type DialogProps = {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the main one last. */
  readonly footer?: ReactNode;
  readonly onClose: () => void;
  /** A sheet lies at the right edge; on narrow screens at the bottom. */
  readonly variant?: "center" | "sheet";
  readonly size?: "sm" | "md" | "lg" | "xl";
  readonly role?: "dialog" | "alertdialog";
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** Where the focus goes afterwards, if not to what had it before. */
  readonly returnFocus?: () => HTMLElement | null;
};

/**
 * A modal dialog, open for as long as it is mounted. It carries radix and its scroll lock: import it where it is lazy, or
 * where a person types into it as soon as it is asked for.
 */
export function Dialog({
  title,
  description,
  children,
  footer,
  onClose,
  variant = "center",
  size = "md",
  role = "dialog",
  initialFocus,
  returnFocus,
}: DialogProps) {
  // Radix returns the focus to its own trigger only, and dialogs here are opened from anywhere.
  const [opener] = useState(() => document.activeElement);
  const content = useRef<HTMLDivElement>(null);

  const giveBackFocus = useEffectEvent(() => {
    // What was done in the dialog, or a press right after it, may have given the focus to something else.
    if (document.activeElement !== document.body || isFocusWished()) return;
    const target = returnFocus?.() ?? findOpener(opener);
    if (target instanceof HTMLElement) target.focus();
  });
  // Behind the drawing without the dialog, and before the next key, which is no longer meant for it.
  useLayoutEffect(() => () => queueMicrotask(giveBackFocus), []);

  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-50 animate-veil-in bg-veil" />
        <RadixDialog.Content
          {...keepEventsInside}
          ref={content}
          role={role}
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            const first =
              initialFocus?.current ?? content.current?.querySelector<HTMLElement>("[data-autofocus]");
            event.preventDefault();
            if (content.current) openers.set(content.current, opener);
            // Without a wish the dialog itself: its title is read, and no stray Enter presses a button.
            (first ?? content.current)?.focus();
          }}
          // Radix would do so a task later.
          onCloseAutoFocus={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            // A toast's action is no wish to leave the dialog.
            if (event.target instanceof Element && event.target.closest("[data-toasts]"))
              event.preventDefault();
          }}
          className={joinClasses(
            "fixed z-50 flex flex-col bg-raised shadow-float outline-none",
            variant === "center" ? joinClasses(centred, widths[size]) : sheet,
          )}
        >
          <header className="flex items-start gap-2 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <RadixDialog.Title className="text-lg font-semibold break-words">{title}</RadixDialog.Title>
              {description && (
                <RadixDialog.Description asChild>
                  <div className="mt-1 text-sm break-words text-muted">{description}</div>
                </RadixDialog.Description>
              )}
            </div>
            <IconButton label="Close" icon={X} onClick={onClose} className="-mt-1 -mr-2" />
          </header>
          {children && <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>}
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 max-sm:[&>button]:grow">
              {footer}
            </footer>
          )}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** What had the focus before each dialog, by its element. */
const openers = new WeakMap<Element, Element | null>();

/** What opened a dialog; where that was in another one, which is closed by now, what opened that. */
function findOpener(opener: Element | null): Element | null {
  if (!opener || opener.isConnected) return opener;
  const outer = opener.closest("[role=dialog], [role=alertdialog]");
  return findOpener((outer && openers.get(outer)) ?? null);
}

const centred =
  "inset-x-4 top-1/2 mx-auto max-h-[calc(100dvh-2rem)] -translate-y-1/2 animate-veil-in rounded-lg";
const sheet =
  "inset-x-0 bottom-0 max-h-[85dvh] animate-sheet-up rounded-t-lg md:inset-y-0 md:left-auto md:max-h-none md:w-[min(30rem,90vw)] md:animate-sheet-left md:rounded-none";
const widths = { sm: "max-w-sm", md: "max-w-lg", lg: "max-w-2xl", xl: "max-w-5xl" } as const;
