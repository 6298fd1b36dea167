import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { isBehind } from "#client/document/flow-version.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits, findBrokenText, needsMending } from "#client/document/unsaved-edits.ts";
import { ClashError, type SaveCause, saveFlow } from "#client/document/save-flow.ts";
import { describeSaveState } from "#client/document/save-state.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";
import { announce, announceToo } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";

/** What stands in the way of a save, and is to be shown. */
interface SaveObstacles {
  readonly onBroken: (broken: BrokenText) => void;
  readonly onUnapplied: () => void;
  /** Nothing was sent: both sides changed the same thing. */
  readonly onClash: () => void;
}

/**
 * Saves what there is to save. Text that does not fit its field stops it and takes the focus, by `onBroken`: what was typed is
 * to be mended or given up by the person, not by us; so is JSON that was not applied, by `onUnapplied`, and what clashes, by `onClash`. Resolves to whether the server now holds everything.
 */
export function useSave(
  openFlow: OpenFlow,
  { onBroken, onUnapplied, onClash }: SaveObstacles,
): (cause?: SaveCause) => Promise<boolean> {
  const client = useQueryClient();
  const { mutateAsync } = useMutation(useMemo(() => saveFlow(openFlow, client), [openFlow, client]));

  return useCallback(
    async (cause = "asked"): Promise<boolean> => {
      const isAsked = cause === "asked";
      openFlow.settle();
      const state = openFlow.getState();
      if (!isAsked && needsMending(state)) return false;
      const broken = findBrokenText(state);
      if (broken !== undefined) {
        announce("Not saved. Fix or discard this text.", "assertive");
        onBroken(broken);
        return false;
      }
      if (state.unappliedText !== undefined) {
        toasts.show({ text: "Not saved. Apply or discard the flow's JSON first.", tone: "danger" });
        onUnapplied();
        return false;
      }
      // What was undone while a save waited for its answer may stand on the server all the same.
      const isAtRest = state.progress.type === "resting" || state.progress.type === "deleted";
      if (countUnsavedEdits(state) === 0 && !isBehind(state) && isAtRest) return true;
      const isSaved = await mutateAsync(cause).then(
        // Deleted since, before the answer came, it is not held.
        () => openFlow.getState().progress.type !== "deleted",
        (error: unknown) => {
          if (error instanceof ClashError && isAsked) onClash();
          return false;
        },
      );
      // Of one outage a person hears once, however often it is tried again, and of what was never in doubt not at all.
      // What came in on the way is being said too.
      if (isAsked || (isSaved && state.progress.type !== "resting"))
        announceToo(describeSaveState(openFlow.getState()).text, isSaved ? "polite" : "assertive");
      return isSaved;
    },
    [openFlow, mutateAsync, onBroken, onUnapplied, onClash],
  );
}
