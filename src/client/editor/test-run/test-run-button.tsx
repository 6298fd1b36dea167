import { useQuery } from "@tanstack/react-query";
import { FlaskConical, LoaderCircle } from "lucide-react";
import { explainMissingScope, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import { getDisabledReasonProps, getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { useEditor, useIsPanelShown, useTestRunState } from "#client/editor/session/editor-provider.tsx";
import { openOrStartTestRunAction } from "#client/editor/actions/test-run-action.ts";

const shortcut = openOrStartTestRunAction.keys[0];

export function TestRunButton() {
  const { panels } = useEditor();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isShown = useIsPanelShown("testRun");
  const isRunning = useTestRunState(({ run }) => run?.status === "running");
  const missing = isShown ? undefined : explainMissingScope(server, "DISPATCH:EXECUTE");
  const Drawing = isRunning ? LoaderCircle : FlaskConical;
  return (
    <button
      type="button"
      data-panel-button="testRun"
      aria-label={isRunning ? "Try it, running" : "Try it"}
      aria-expanded={isShown}
      aria-keyshortcuts={toAriaShortcut(shortcut)}
      onClick={() => {
        if (isShown) panels.close("testRun");
        else if (missing === undefined) panels.show("testRun");
      }}
      {...(missing === undefined
        ? getTooltipProps(isShown ? "Hide panel" : "Test run with unsaved edits", { shortcut })
        : getDisabledReasonProps(missing))}
      className={joinClasses(
        "inline-flex h-7 min-w-7 items-center justify-center gap-1.5 rounded-md px-2 text-sm text-muted not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink aria-disabled:opacity-55 aria-expanded:bg-hover aria-expanded:text-ink pointer-coarse:h-9",
        // Takes its space before the capabilities are known, so that the neighboring buttons do not move.
        !server && "invisible",
      )}
    >
      <Drawing aria-hidden="true" className={isRunning ? "size-4 animate-spin text-accent" : "size-4"} />
      <span className="max-md:hidden">Try it</span>
    </button>
  );
}
