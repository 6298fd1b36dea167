import { useQuery } from "@tanstack/react-query";
import { FlaskConical, LoaderCircle } from "lucide-react";
import { explainMissingScope, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import { getDisabledReasonProps, getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { useTestRunState } from "#client/editor/session/editor-provider.tsx";
import { PANEL_BUTTON_CLASSES, usePanelToggle } from "#client/editor/session/use-panel-toggle.ts";
import { openOrStartTestRunAction } from "#client/editor/actions/test-run-action.ts";

const shortcut = openOrStartTestRunAction.keys[0];

export function TestRunButton() {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const { isShown, toggle } = usePanelToggle("testRun");
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
      onClick={missing === undefined ? toggle : undefined}
      {...(missing === undefined
        ? getTooltipProps(isShown ? "Hide panel" : "Test run with unsaved edits", { shortcut })
        : getDisabledReasonProps(missing))}
      className={joinClasses(
        PANEL_BUTTON_CLASSES,
        // Takes its space before the capabilities are known, so that the neighboring buttons do not move.
        !server && "invisible",
      )}
    >
      <Drawing aria-hidden="true" className={isRunning ? "size-4 animate-spin text-accent" : "size-4"} />
      <span className="max-md:hidden">Try it</span>
    </button>
  );
}
