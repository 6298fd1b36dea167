import { useBlocker } from "@tanstack/react-router";
import { type Ref, useEffect, useEffectEvent, useImperativeHandle } from "react";
import { isFormTextOfSignOut } from "#client/data/api/unsaved-form-texts.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import {
  type PersistedFormTextOptions,
  usePersistedFormText,
} from "#client/data/api/use-persisted-form-text.ts";
import { useHasTimeElapsed } from "#client/ui/hooks/use-has-time-elapsed.ts";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";

/** A dialog then offers to leave without waiting for the request in flight. */
const MAX_WAIT_MS = 2000;

export interface LeavePageState {
  /** Whether a navigation waits for the user's answer or for the request in flight. */
  readonly isLeaving: boolean;
}

type LeavePageConfirmationProps = {
  readonly isTyped: () => boolean;
  /** Whether the text is being sent; see {@link LeavePageQuestion}. */
  readonly isBusy?: boolean;
  readonly ref?: Ref<LeavePageState> | undefined;
};

/** Persists a dialog's form text on unload, and asks before a navigation discards it. */
export function UnsavedFormTextGuard<Value>({
  isBusy,
  ref,
  ...props
}: PersistedFormTextOptions<Value> & Pick<LeavePageConfirmationProps, "isBusy" | "ref">) {
  const { form, isTyped, onRestore } = props;
  usePersistedFormText({
    ...props,
    onRestore: (value) => {
      onRestore(value);
      toasts.show({ text: "Restored your unsaved text." });
    },
  });
  return (
    <LeavePageConfirmation
      isBusy={isBusy}
      ref={ref}
      isTyped={() => isTyped() && !isFormTextOfSignOut(form)}
    />
  );
}

export function LeavePageConfirmation({ isTyped, isBusy = false, ref }: LeavePageConfirmationProps) {
  const blocker = useBlocker({ shouldBlockFn: isTyped, enableBeforeUnload: isTyped, withResolver: true });
  useImperativeHandle(ref, () => ({ isLeaving: blocker.status === "blocked" }), [blocker.status]);
  // After Back, the URL has already changed, and would otherwise not match the page.
  const proceed = useEffectEvent(() => blocker.proceed?.());
  useEffect(() => () => proceed(), []);
  return (
    <LeavePageQuestion
      blocker={blocker}
      isBusy={isBusy}
      busyText="You’ll leave when this is done."
      text="The text in this dialog will be lost."
    />
  );
}

type LeavePageQuestionProps = {
  readonly blocker:
    | { readonly status: "idle" }
    | { readonly status: "blocked"; readonly proceed: () => void; readonly reset: () => void };
  /** The question appears only if a save takes long: a successful one leaves no text to lose. */
  readonly isBusy: boolean;
  readonly busyText: string;
  readonly text: string;
};

export function LeavePageQuestion({ blocker, isBusy, busyText, text }: LeavePageQuestionProps) {
  const isWaiting = blocker.status === "blocked" && isBusy;
  const hasWaited = useHasTimeElapsed(MAX_WAIT_MS, isWaiting);
  if (blocker.status === "idle" || (isWaiting && !hasWaited)) return null;
  return (
    <ConfirmDialog
      danger
      title={isBusy ? "Saving…" : "Discard unsaved changes?"}
      description={isBusy ? busyText : text}
      confirmLabel={isBusy ? "Leave without waiting" : "Discard"}
      onConfirm={blocker.proceed}
      onClose={() => {
        pageUserIdentityTracker.setSignOut("none");
        blocker.reset();
      }}
    />
  );
}
