import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { quoteName } from "#core/quote-name.ts";

/** Asks before text is left behind that was typed and not saved: by closing, by Back and by closing the tab. */
export function useLeaveQuestion(id: string, isDirty: boolean) {
  const mayLeave = useRef(false);
  const blocker = useBlocker({
    shouldBlockFn: ({ next }) => {
      const staysHere = "record" in next.search && next.search.record === id;
      return isDirty && !mayLeave.current && !staysHere;
    },
    enableBeforeUnload: () => isDirty && !mayLeave.current,
    withResolver: true,
  });
  return {
    blocker,
    /** Leaves without being asked: what was typed is saved. */
    leave: (run: () => void) => {
      mayLeave.current = true;
      run();
    },
  };
}

type LeaveQuestionProps = {
  readonly guard: ReturnType<typeof useLeaveQuestion>;
  /** Undefined for a new record. */
  readonly name: string | undefined;
};

export function LeaveQuestion({ guard: { blocker }, name }: LeaveQuestionProps) {
  if (blocker.status !== "blocked") return null;
  return (
    <ConfirmDialog
      danger
      title="Leave what you typed?"
      description={
        name === undefined
          ? "The new record was not created yet. What you typed would be lost."
          : `Your changes to ${quoteName(name)} are not saved, and would be lost.`
      }
      confirmLabel="Discard"
      onConfirm={blocker.proceed}
      onClose={blocker.reset}
    />
  );
}
