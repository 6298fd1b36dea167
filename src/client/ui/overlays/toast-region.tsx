import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { type IconComponent, Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { type Toast, toastStore, toasts, type ToastTone } from "./toasts.ts";

/** Mount once. Timers pause on hover, on focus and in the background. Alt+T focuses the toasts. */
export function ToastRegion() {
  const shown = useStore(toastStore);
  const cameFrom = useRef<HTMLElement | null>(null);
  const [isInUse, setInUse] = useState(false);
  const isAway = useWindowAway();

  const close = (id: number) => {
    const hadFocus = document.activeElement?.closest("[data-toasts]");
    toasts.dismiss(id);
    setInUse(false);
    if (hadFocus && cameFrom.current?.isConnected) cameFrom.current.focus();
  };

  return (
    <div
      ref={focusToastsByKey}
      role="presentation"
      data-toasts=""
      onPointerEnter={() => setInUse(true)}
      onPointerLeave={() => setInUse(false)}
      onFocus={(event) => {
        setInUse(true);
        const from = event.relatedTarget;
        if (from instanceof HTMLElement && !event.currentTarget.contains(from)) cameFrom.current = from;
      }}
      onBlur={() => setInUse(false)}
      className="pointer-events-none fixed inset-x-3 bottom-3 z-70 sm:inset-x-auto sm:right-4 sm:bottom-4"
    >
      <div
        // The lint rule asks for `<output>`, which must not contain block elements.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="status"
        aria-live="polite"
        // Limits the announcement to the new toast: by default, `role=status` would announce all toasts again.
        aria-atomic="false"
        aria-label="Notifications"
        className="flex flex-col items-center gap-2 sm:items-end"
      >
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} paused={isInUse || isAway} close={() => close(toast.id)} />
        ))}
      </div>
    </div>
  );
}

function focusToastsByKey(region: HTMLElement | null) {
  const onKeyDown = (event: KeyboardEvent) => {
    // Compares the physical key: with Alt held, some keyboard layouts produce another character.
    const button = event.altKey && event.code === "KeyT" && region?.querySelector("button");
    if (!button || event.defaultPrevented) return;
    event.preventDefault();
    button.focus();
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

type ToastCardProps = { readonly toast: Toast; readonly paused: boolean; readonly close: () => void };

function ToastCard({ toast, paused, close }: ToastCardProps) {
  const { id, text, tone, action, otherActions = [], link, durationMs } = toast;
  const remainingMs = useRef(durationMs);

  useEffect(() => {
    if (paused) return;
    const started = Date.now();
    const timer = setTimeout(() => toasts.dismiss(id), remainingMs.current);
    return () => {
      clearTimeout(timer);
      remainingMs.current = Math.max(1_000, remainingMs.current - (Date.now() - started));
    };
  }, [id, paused]);

  const Drawing = toneIcons[tone];
  return (
    <div
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
      role="presentation"
      data-toast=""
      className="pointer-events-auto flex w-full max-w-md min-w-0 animate-float-in items-center gap-2 rounded-lg bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-float sm:w-auto sm:min-w-72"
    >
      {Drawing && (
        <Drawing
          className={joinClasses("size-4 shrink-0", tone === "danger" ? "text-danger" : "text-success")}
        />
      )}
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1">
        <p className="line-clamp-4 min-w-0 flex-[1_1_9rem] py-1 break-words">{text}</p>
        {link && (
          <a
            href={link.href}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex min-h-7 shrink-0 items-center rounded-md px-2 font-medium text-accent underline pointer-coarse:min-h-10"
          >
            {link.label}
          </a>
        )}
        <span className="flex flex-wrap gap-2 empty:hidden">
          {[...otherActions, action].map(
            (offered) =>
              offered && (
                <Button
                  key={offered.label}
                  size="sm"
                  onClick={() => {
                    close();
                    offered.run();
                  }}
                >
                  {offered.label}
                </Button>
              ),
          )}
        </span>
      </div>
      <IconButton label="Close notification" icon={X} size="sm" onClick={close} />
    </div>
  );
}

const toneIcons: Readonly<Record<ToastTone, IconComponent | null>> = {
  neutral: null,
  success: CircleCheck,
  danger: CircleAlert,
};

function useWindowAway() {
  return useSyncExternalStore(
    (onChange) => {
      addEventListener("blur", onChange);
      addEventListener("focus", onChange);
      return () => {
        removeEventListener("blur", onChange);
        removeEventListener("focus", onChange);
      };
    },
    () => !document.hasFocus(),
  );
}
