import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import { MutationObserver, useQueryClient } from "@tanstack/react-query";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import type { InvalidFieldInput } from "#client/document/pending-input.ts";
import { startFlowSaveTimer, createSaveFlowMutationOptions } from "#client/document/saving/save-flow.ts";
import {
  hasUnfinishedInput,
  countUnsavedEdits,
  findFirstInvalidInput,
} from "#client/document/saving/unsaved-edits.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { focusInspectorFieldOfStep } from "#client/editor/inspector/focus-field.ts";
import { autosavePreference } from "#client/editor/session/preferences.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import type { useNavigateToFlowTab } from "#client/editor/session/flow-tabs.tsx";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { SaveTrigger } from "#client/document/saving/save-events.ts";
import { ConflictError } from "#client/document/saving/save-transition.ts";
import { describeSaveState } from "#client/document/saving/save-state.ts";
import { announceToScreenReaders, appendToPendingAnnouncement } from "#client/ui/announce/announce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

interface SaveEdits {
  /** First shows the hidden problems of a new step. Resolves to whether the server then has all edits. */
  readonly save: () => Promise<boolean>;
  readonly saveEdits: () => Promise<boolean>;
  /** Lets a save include the JSON tab's text. Set when that tab is first shown. */
  readonly applierRef: RefObject<(() => boolean) | null>;
  readonly showInvalidInput: (input: InvalidFieldInput) => void;
  readonly showPendingJson: () => void;
  /** Shows invalid input, which cannot be saved, instead of the dialog. */
  readonly openAfterInput: (type: "publish" | "run") => void;
}

/** Saves the open flow, or shows the input that prevents saving. */
export function useSaveOpenFlow(editor: Editor, showTab: ReturnType<typeof useNavigateToFlowTab>): SaveEdits {
  const { openFlow, problems, inspect, inspectorViews, openDialog } = editor;
  const showInvalidInput = useCallback(
    ({ key, field }: InvalidFieldInput) => {
      inspectorViews.requestField({ step: key, at: field.split(".") });
      inspect(key);
      showTab("steps", key);
      focusInspectorFieldOfStep(key, field);
    },
    [inspect, inspectorViews, showTab],
  );
  const showPendingJson = useCallback(() => {
    showTab("json");
    requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-json-tab] .cm-content"));
  }, [showTab]);
  const showConflict = useCallback(() => openDialog({ type: "resolve", isSaving: true }), [openDialog]);
  const applierRef = useRef<(() => boolean) | null>(null);
  const applyText = useCallback(() => applierRef.current?.() ?? false, []);
  const saveEdits = useSave(openFlow, {
    onInvalidInput: showInvalidInput,
    applyText,
    onPendingJson: showPendingJson,
    onConflict: showConflict,
  });
  const save = useCallback(() => {
    problems.reportAll();
    return saveEdits();
  }, [problems, saveEdits]);
  useEffect(
    () =>
      startFlowSaveTimer(openFlow, {
        save: saveEdits,
        connection: serverReachabilityTracker,
        autosave: autosavePreference,
      }),
    [openFlow, saveEdits],
  );

  return useMemo(() => {
    const openAfterInput = (type: "publish" | "run") => {
      openFlow.flush();
      if (openFlow.getState().pendingJson !== undefined) applyText();
      // Saving shows invalid input to the user. A user who may only view flows cannot save.
      const state = openFlow.getState();
      if (state.viewOnlyReason === undefined && hasUnfinishedInput(state)) void save();
      else openDialog({ type });
    };
    return { save, saveEdits, applierRef, showInvalidInput, showPendingJson, openAfterInput };
  }, [openFlow, openDialog, applyText, save, saveEdits, showInvalidInput, showPendingJson]);
}

/** Callbacks for input that prevents saving; each shows the user the reason. */
interface SaveObstacles {
  readonly onInvalidInput: (broken: InvalidFieldInput) => void;
  readonly onPendingJson: () => void;
  /** Applies pending JSON if its editor was shown. Returns whether the JSON was applied; the editor reports why not. */
  readonly applyText: () => boolean;
  /** Called instead of saving if the server's version and the local edits changed the same value. */
  readonly onConflict: () => void;
}

/** Stops for invalid input and for pending JSON that `applyText` cannot apply. */
function useSave(
  openFlow: OpenFlow,
  { onInvalidInput, applyText, onPendingJson, onConflict }: SaveObstacles,
): (cause?: SaveTrigger) => Promise<boolean> {
  const client = useQueryClient();
  // In place of `useMutation`, which renders the whole editor at the start and at the end of each save.
  const mutation = useMemo(
    () => new MutationObserver(client, createSaveFlowMutationOptions(openFlow, client)),
    [openFlow, client],
  );
  useEffect(() => mutation.subscribe(() => undefined), [mutation]);

  return useCallback(
    async (cause = "asked"): Promise<boolean> => {
      const isAsked = cause === "asked";
      openFlow.flush();
      let state = openFlow.getState();
      if (state.viewOnlyReason !== undefined) return countUnsavedEdits(state) === 0;
      if (!isAsked && hasUnfinishedInput(state)) return false;
      const broken = findFirstInvalidInput(state);
      if (broken !== undefined) {
        announceToScreenReaders("Not saved. Fix or discard this input.", "assertive");
        onInvalidInput(broken);
        return false;
      }
      if (state.pendingJson !== undefined && applyText()) state = openFlow.getState();
      if (state.pendingJson !== undefined) {
        toasts.show({ text: "Not saved. Apply or discard the JSON edits first.", tone: "danger" });
        onPendingJson();
        return false;
      }
      // During an unacknowledged save, the server may hold edits that were undone since.
      const isAtRest = state.progress.type === "resting" || state.progress.type === "deleted";
      if (countUnsavedEdits(state) === 0 && !isEditBaseBehindServerVersion(state) && isAtRest) return true;
      const isSaved = await mutation.mutate(cause).then(
        // Resolves to false if the flow was deleted before the response arrived.
        () => openFlow.getState().progress.type !== "deleted",
        (error: unknown) => {
          if (error instanceof ConflictError && isAsked) onConflict();
          return false;
        },
      );
      // Announces an automatic save only if it succeeds after failures: announcing each failed retry would
      // repeat the same outage. `appendToPendingAnnouncement` keeps the announcement of a remote update that
      // came with the save.
      const after = openFlow.getState();
      if (isAsked || (isSaved && state.progress.type !== "resting" && after.progress.type === "resting"))
        appendToPendingAnnouncement(describeSaveState(after).text, isSaved ? "polite" : "assertive");
      return isSaved;
    },
    [openFlow, mutation, onInvalidInput, applyText, onPendingJson, onConflict],
  );
}
