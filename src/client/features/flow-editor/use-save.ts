import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import {
  type BrokenText,
  type OpenFlow,
  countUnsavedEdits,
  findBrokenText,
} from "#client/document/open-flow.ts";
import { saveFlow } from "#client/document/save-flow.ts";
import { describeSaveState } from "#client/document/save-state.ts";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";

/**
 * Saves what there is to save. Text that does not fit its field stops it and takes the focus, by `onBroken`: what was typed is
 * to be mended or given up by the person, not by us; so is JSON that was not applied, by `onUnapplied`. Resolves to whether the server now holds everything.
 */
export function useSave(openFlow: OpenFlow, onBroken: (broken: BrokenText) => void, onUnapplied: () => void) {
  const client = useQueryClient();
  const { mutateAsync } = useMutation(useMemo(() => saveFlow(openFlow, client), [openFlow, client]));

  return useCallback(async (): Promise<boolean> => {
    openFlow.settle();
    const state = openFlow.getState();
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
    // A conflict is settled by the person first: nothing is sent over what they have not seen.
    if (state.progress.type === "failed" && state.progress.failure.type === "conflict") return false;
    if (countUnsavedEdits(state) === 0) return true;
    const isSaved = await mutateAsync().then(
      () => true,
      () => false,
    );
    announce(describeSaveState(openFlow.getState()).text, isSaved ? "polite" : "assertive");
    return isSaved;
  }, [openFlow, mutateAsync, onBroken, onUnapplied]);
}
