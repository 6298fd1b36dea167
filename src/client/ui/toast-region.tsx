import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "./button.tsx";
import type { Icon } from "./icon.ts";
import { IconButton } from "./icon-button.tsx";
import { joinClasses } from "./join-classes.ts";
import { getToasts, subscribeToToasts, type Toast, toasts, type ToastTone } from "./toasts.ts";

/**
 * Where toasts appear, mounted once. Time stands still while the pointer or the focus is on them or the window is in
 * the background. Alt+T leads to them from anywhere, Escape closes the one in focus.
 */
export function ToastRegion() {
  const shown = useSyncExternalStore(subscribeToToasts, getToasts);
  const region = useRef<HTMLDivElement>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const [held, setHeld] = useState(false);
  const away = useWindowAway();

  // The key works from anywhere in the page, so the listener is the document's.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // By its place: with Alt held, some keyboards write another sign with it.
      const button = event.altKey && event.code === "KeyT" && region.current?.querySelector("button");
      if (!button || event.defaultPrevented) return;
      event.preventDefault();
      button.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  const close = (id: number) => {
    const hadFocus = region.current?.contains(document.activeElement);
    toasts.dismiss(id);
    setHeld(false);
    if (hadFocus && cameFrom.current?.isConnected) cameFrom.current.focus();
  };

  return (
    <div
      ref={region}
      role="presentation"
      data-toasts=""
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={(event) => {
        setHeld(true);
        const from = event.relatedTarget;
        if (from instanceof HTMLElement && !event.currentTarget.contains(from)) cameFrom.current = from;
      }}
      onBlur={() => setHeld(false)}
      className="pointer-events-none fixed inset-x-3 bottom-3 z-70 sm:inset-x-auto sm:right-4 sm:bottom-4"
    >
      <div
        // An output element, which the rule asks for, may hold words only, and toasts hold buttons.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="status"
        aria-live="polite"
        // A status is read as a whole, unless it says otherwise: each toast is news only once.
        aria-atomic="false"
        aria-label="Notifications"
        className="flex flex-col items-center gap-2 sm:items-end"
      >
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} paused={held || away} close={() => close(toast.id)} />
        ))}
      </div>
    </div>
  );
}

type ToastCardProps = { readonly toast: Toast; readonly paused: boolean; readonly close: () => void };

function ToastCard({ toast, paused, close }: ToastCardProps) {
  const { id, text, tone, action, durationMs } = toast;
  const left = useRef(durationMs);

  // Timers live outside React; what is left of the time survives a pause.
  useEffect(() => {
    if (paused) return;
    const started = Date.now();
    const timer = setTimeout(() => toasts.dismiss(id), left.current);
    return () => {
      clearTimeout(timer);
      left.current = Math.max(1_000, left.current - (Date.now() - started));
    };
  }, [id, paused]);

  const Drawing = toneIcons[tone];
  return (
    <div
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
      role="presentation"
      className="pointer-events-auto flex w-full max-w-md min-w-0 animate-float-in items-center gap-2 rounded-lg bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-float sm:w-auto sm:min-w-72"
    >
      {Drawing && (
        <Drawing
          className={joinClasses("size-4 shrink-0", tone === "danger" ? "text-danger" : "text-success")}
        />
      )}
      <p className="line-clamp-4 min-w-0 flex-1 py-1 break-words">{text}</p>
      {action && (
        <Button
          size="sm"
          onClick={() => {
            close();
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Close notification" icon={X} size="sm" onClick={close} />
    </div>
  );
}

const toneIcons: Readonly<Record<ToastTone, Icon | null>> = {
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
