import { X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import {
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { isFocusRequested } from "#client/ui/focus/focus-request.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { overlayContentProps } from "./overlay-content-props.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { toasts } from "./toasts.ts";

export type DialogProps = {
  readonly title: string;
  /** Visible heading in place of `title`, which remains the accessible name of the dialog. */
  readonly heading?: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  readonly footer?: ReactNode;
  readonly onClose: () => void;
  /** `top`: near the top of the page, so that a phone's on-screen keyboard does not cover the dialog. */
  readonly variant?: "center" | "top" | "sheet";
  readonly size?: "sm" | "md" | "lg" | "xl";
  readonly role?: "dialog" | "alertdialog";
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Open while mounted. Includes Radix, so import it dynamically, unless the user types into the dialog at once. */
export function Dialog({
  title,
  heading,
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
  // Radix returns the focus only to its own trigger element, which these dialogs do not have.
  const [opener] = useState(() => document.activeElement);
  const content = useRef<HTMLDivElement>(null);
  const isPressed = useRef(false);
  // It would press an element of the dialog, or move the focus.
  const ignoreOpeningDoubleClick = (event: MouseEvent) => {
    if (event.detail < 2) isPressed.current = true;
    else if (!isPressed.current) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const returnFocusToOpener = useEffectEvent(() => {
    // Does nothing if an action in the dialog, or a press right after closing, has already moved the focus.
    if (document.activeElement !== document.body || isFocusRequested()) return;
    const target = returnFocus?.() ?? findOpener(opener);
    if (target instanceof HTMLElement) target.focus();
  });
  // Runs after React has removed the dialog, but before the next key, which the page must receive.
  useLayoutEffect(() => {
    toasts.dismissConfirmations();
    return () => queueMicrotask(returnFocusToOpener);
  }, []);

  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay
          // Keeps the focus in the dialog.
          onMouseDown={preventDefault}
          // Radix would close at the press, which may be the second one of a double click on the opener.
          onClick={(event) => event.detail < 2 && onClose()}
          className="fixed inset-0 z-50 animate-veil-in bg-veil"
        />
        <RadixDialog.Content
          {...overlayContentProps}
          onMouseDownCapture={ignoreOpeningDoubleClick}
          onClickCapture={ignoreOpeningDoubleClick}
          ref={content}
          role={role}
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            const first =
              initialFocus?.current ?? content.current?.querySelector<HTMLElement>("[data-autofocus]");
            event.preventDefault();
            if (content.current) openers.set(content.current, opener);
            // Screen readers then read the title, and a stray Enter presses no button.
            (first ?? content.current)?.focus();
          }}
          onEscapeKeyDown={(event) => {
            // Escape in a text that is edited in place ends only that edit.
            if (
              event.target instanceof Element &&
              event.target.matches("[data-in-place] :is(input, textarea)")
            )
              event.preventDefault();
          }}
          // Radix returns the focus one task later, which loses fast typing.
          onCloseAutoFocus={preventDefault}
          onInteractOutside={preventDefault}
          className={joinClasses(
            "fixed z-50 flex flex-col bg-raised shadow-float outline-none",
            variant === "sheet" ? sheet : joinClasses(positions[variant], widths[size]),
          )}
        >
          <header
            className={joinClasses(
              "flex gap-2",
              heading ? "items-center border-b border-line py-2 pr-5 pl-4" : "items-start px-5 pt-4 pb-3",
            )}
          >
            <div className="min-w-0 flex-1">
              <RadixDialog.Title className={heading ? "sr-only" : "text-lg font-semibold break-words"}>
                {title}
              </RadixDialog.Title>
              {heading}
              {description && (
                <RadixDialog.Description asChild>
                  <div className="mt-1 text-sm break-words text-muted">{description}</div>
                </RadixDialog.Description>
              )}
            </div>
            <IconButton
              label="Close"
              icon={X}
              onClick={onClose}
              className={heading ? "-mr-2" : "-mt-1 -mr-2"}
            />
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

const preventDefault = (event: Pick<Event, "preventDefault">) => event.preventDefault();

/** Calls `run` when the content of the surrounding dialog is mounted, which is later than effects. */
export function RunOnMount({ run }: { readonly run: () => void }) {
  const runNow = useEffectEvent(run);
  useLayoutEffect(() => {
    runNow();
  }, []);
  return null;
}

const openers = new WeakMap<Element, Element | null>();

/** Returns the opener or, if the opener was in a dialog that is closed now, the opener of that dialog. */
function findOpener(opener: Element | null): Element | null {
  if (!opener || opener.isConnected) return opener;
  const outer = opener.closest("[role=dialog], [role=alertdialog]");
  return findOpener((outer && openers.get(outer)) ?? null);
}

const positions = {
  center: "inset-x-4 top-1/2 mx-auto max-h-[calc(100dvh-2rem)] -translate-y-1/2 animate-veil-in rounded-lg",
  top: "inset-x-2 top-2 mx-auto max-h-[calc(100dvh-1rem)] animate-veil-in rounded-lg sm:inset-x-4 sm:top-[10dvh] sm:max-h-[80dvh]",
} as const;
const sheet =
  "inset-x-0 bottom-0 max-h-[85dvh] animate-sheet-up rounded-t-lg md:inset-y-0 md:left-auto md:max-h-none md:w-[clamp(30rem,34vw,40rem)] md:animate-sheet-left md:rounded-none";
const widths = { sm: "max-w-sm", md: "max-w-lg", lg: "max-w-2xl", xl: "max-w-5xl" } as const;
