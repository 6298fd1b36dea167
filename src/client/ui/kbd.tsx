import { formatShortcut, shortcutKeys } from "./format-shortcut.ts";
import { joinClasses } from "./join-classes.ts";
import { VisuallyHidden } from "./visually-hidden.tsx";

type KbdProps = { readonly shortcut: string; readonly tone?: "plain" | "inverse" };

/** A shortcut such as `Mod+S`, drawn as this platform's keys. */
export function Kbd({ shortcut, tone = "plain" }: KbdProps) {
  return (
    <kbd className="inline-flex shrink-0 gap-0.5 font-sans text-xs">
      <VisuallyHidden>{formatShortcut(shortcut)}</VisuallyHidden>
      {shortcutKeys(shortcut).map((key) => (
        <span
          key={key}
          aria-hidden="true"
          className={joinClasses(
            "inline-grid h-4.5 min-w-4.5 place-items-center rounded-sm border px-1 leading-none",
            tone === "plain" ? "border-line bg-sunken text-muted" : "border-current/30",
          )}
        >
          {key}
        </span>
      ))}
    </kbd>
  );
}
