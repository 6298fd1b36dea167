import { useQuery } from "@tanstack/react-query";
import { FlaskConical, LoaderCircle } from "lucide-react";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { ariaShortcut } from "#client/ui/format-shortcut.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { shortcuts } from "#client/features/flow-editor/shortcuts.ts";
import { useTrial } from "./trial-store.ts";

const [shortcut] = shortcuts.tryIt.keys;

/** Opens and closes the panel in which the draft is run; not there where the server runs nothing. */
export function TryButton() {
  const { trial } = useEditor();
  const { data: server } = useQuery(capabilityQueries.current());
  const isOpen = useTrial((state) => state.isOpen);
  const isRunning = useTrial(({ run }) => run?.status === "running");
  if (!server?.runs) return null;
  const Drawing = isRunning ? LoaderCircle : FlaskConical;
  return (
    <button
      type="button"
      data-try-button=""
      aria-label={isRunning ? "Try it, running" : "Try it"}
      aria-expanded={isOpen}
      aria-keyshortcuts={ariaShortcut(shortcut)}
      onClick={() => trial.setState({ isOpen: !isOpen })}
      {...tooltip(isOpen ? "Hide the panel" : "Run this draft once, without saving it", { shortcut })}
      className="inline-flex h-7 min-w-7 items-center justify-center gap-1.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink aria-expanded:bg-hover aria-expanded:text-ink pointer-coarse:h-9"
    >
      <Drawing aria-hidden="true" className={isRunning ? "size-4 animate-spin text-accent" : "size-4"} />
      <span className="max-[519px]:hidden">Try it</span>
    </button>
  );
}
