import { useBlocker } from "@tanstack/react-router";
import { isFormTextKeptOrDiscardedBySignOut } from "#client/data/api/local-texts.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { type PersistedFormTextOptions, usePersistedFormText } from "#client/data/api/use-local-text.ts";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";

/**
 * Persists a dialog's form text in local storage when the page is unloaded, and asks before a navigation discards the
 * text.
 */
export function UnsavedFormTextGuard<Value>(props: PersistedFormTextOptions<Value>) {
  const { form, isTyped, onRestore } = props;
  usePersistedFormText({
    ...props,
    onRestore: (value) => {
      onRestore(value);
      toasts.show({ text: "Restored your unsaved text." });
    },
  });
  return <LeavePageConfirmation isTyped={() => isTyped() && !isFormTextKeptOrDiscardedBySignOut(form)} />;
}

export function LeavePageConfirmation({ isTyped }: { readonly isTyped: () => boolean }) {
  const blocker = useBlocker({ shouldBlockFn: isTyped, enableBeforeUnload: isTyped, withResolver: true });
  if (blocker.status !== "blocked") return null;
  return (
    <ConfirmDialog
      danger
      title="Discard unsaved changes?"
      description="The text in this dialog will be lost."
      confirmLabel="Discard"
      onConfirm={blocker.proceed}
      onClose={() => {
        pageUserIdentityTracker.setSignOut("none");
        blocker.reset();
      }}
    />
  );
}
