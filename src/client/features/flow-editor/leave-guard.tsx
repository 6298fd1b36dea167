import { useBlocker } from "@tanstack/react-router";
import { useEffect } from "react";
import { type OpenFlow, countUnsavedEdits } from "#client/document/open-flow.ts";
import { commitTextBox } from "./commit-text-box.ts";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { formatCount } from "#client/ui/format-count.ts";

const ConfirmDialog = lazyPart(async () => (await import("#client/ui/confirm-dialog.tsx")).ConfirmDialog, {
  // The browser's own question needs no code: leaving must not depend on the network.
  onFail: ({ title, onConfirm, onClose }) => (confirm(title) ? onConfirm() : onClose()),
});

/**
 * Asks before unsaved edits are left behind, in the app and by closing the tab. Flow ids are compared, so that another
 * address of the same flow never asks.
 */
export function LeaveGuard({ openFlow }: { readonly openFlow: OpenFlow }) {
  const { flow } = openFlow.getState();
  const countEdits = () => {
    commitTextBox();
    openFlow.settle();
    return countUnsavedEdits(openFlow.getState());
  };
  // It may be needed exactly when the server is gone.
  useEffect(() => ConfirmDialog.preload(), []);
  const blocker = useBlocker({
    shouldBlockFn: ({ next }) => {
      const staysHere = "flowId" in next.params && next.params.flowId === flow.id;
      return !staysHere && countEdits() > 0;
    },
    enableBeforeUnload: () => countEdits() > 0,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <ConfirmDialog
      title="Leave without saving?"
      description={`“${flow.name}” has ${formatCount(countUnsavedEdits(openFlow.getState()), "unsaved change")}. They are lost when you leave this page.`}
      confirmLabel="Leave and lose them"
      danger
      onConfirm={blocker.proceed}
      onClose={blocker.reset}
    />
  );
}
