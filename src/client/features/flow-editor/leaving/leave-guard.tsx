import { useBlocker } from "@tanstack/react-router";
import { countUnsavedEdits, needsMending } from "#client/document/unsaved-edits.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { autosave } from "#client/features/flow-editor/autosave.ts";
import { commitTextBox } from "#client/features/flow-editor/commit-text-box.ts";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { saveBeforeLeaving } from "./save-before-leaving.ts";

const LeaveDialog = lazyPart(
  async () => (await import("#client/features/flow-editor/save-parts.tsx")).LeaveDialog,
  {
    // The browser's own question needs no code: leaving must not depend on the network.
    onFail: ({ onLeave, onStay }) => (confirm("Leave and lose the unsaved changes?") ? onLeave() : onStay()),
  },
);

/** It may be needed exactly when the server is gone. */
export const preloadLeaveDialog = LeaveDialog.preload;

type LeaveGuardProps = { readonly save: (cause?: "by-itself") => Promise<boolean> };

/**
 * Asks before unsaved edits are left behind, in the app and by closing the tab. Flow ids are compared, so that another
 * address of the same flow never asks. Where the page saves by itself, it does so then, and asks only if that fails.
 */
export function LeaveGuard({ save }: LeaveGuardProps) {
  const openFlow = useOpenFlow();
  const countEdits = () => {
    commitTextBox();
    openFlow.settle();
    return countUnsavedEdits(openFlow.getState());
  };
  const blocker = useBlocker({
    shouldBlockFn: async ({ next }) => {
      const staysHere = "flowId" in next.params && next.params.flowId === openFlow.getState().flow.id;
      if (staysHere || countEdits() === 0) return false;
      if (!autosave.isOn() || needsMending(openFlow.getState())) return true;
      return !(await saveBeforeLeaving(() => save("by-itself"), countEdits));
    },
    enableBeforeUnload: () => countEdits() > 0,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return <LeaveDialog save={save} onLeave={blocker.proceed} onStay={blocker.reset} />;
}
