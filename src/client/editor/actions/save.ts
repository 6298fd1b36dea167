import { CloudUpload, History, Undo2, LayoutTemplate } from "lucide-react";
import { quoteName } from "#core/text/quote-name.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { autosavePreference } from "#client/editor/session/preferences.ts";
import { commitInlineNameEdit } from "#client/editor/session/focus.ts";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";

export const saveFlowAction = defineEditorAction({
  id: "save",
  needs: EDIT_SCOPES,
  label: "Save",
  keys: ["Mod+S"],
  scope: "page",
  sheetGroup: "Flow",
  worksIn: ["dialog", "text", "drag"],
  disabledReason: ({ openFlow }) => (isSaved(openFlow) ? "No unsaved changes." : undefined),
  run: ({ page }) => {
    if (commitInlineNameEdit()) page.current?.save();
  },
});

export const toggleAutosaveAction = defineEditorAction({
  id: "toggleAutosave",
  needs: EDIT_SCOPES,
  label: "Autosave",
  icon: CloudUpload,
  scope: "page",
  isChecked: autosavePreference.getState,
  run: () => {
    const isOn = !autosavePreference.getState();
    autosavePreference.set(isOn);
    toasts.show({
      text: isOn
        ? "Autosave on. Applies to every flow in this browser."
        : "Autosave off. Save edits manually.",
    });
  },
});

export const revertToSavedFlowAction = defineEditorAction({
  id: "discardToSaved",
  label: "Revert to saved…",
  icon: Undo2,
  scope: "page",
  disabledReason: ({ openFlow }) => (isSaved(openFlow) ? "No unsaved changes." : undefined),
  run: ({ openDialog }) => openDialog({ type: "discard", to: "saved" }),
});

export const revertToPublishedVersionAction = defineEditorAction({
  id: "discardToPublished",
  needs: EDIT_SCOPES,
  label: "Revert to published…",
  icon: History,
  scope: "page",
  disabledReason: ({ openFlow }) => {
    const published = getPublishState(openFlow.getState().flow);
    if (published === "draft") return "Not published yet.";
    return published === "published" && isSaved(openFlow) ? "Up to date." : undefined;
  },
  run: ({ openDialog }) => openDialog({ type: "discard", to: "published" }),
});

function isSaved(openFlow: OpenFlow): boolean {
  openFlow.flush();
  return countUnsavedEdits(openFlow.getState()) === 0;
}

export const saveAsTemplateAction = defineEditorAction({
  id: "saveAsTemplate",
  needs: EDIT_SCOPES,
  label: "Save as template…",
  icon: LayoutTemplate,
  scope: "page",
  run: ({ openFlow, openDialog }) => {
    openFlow.flush();
    const { history, isInexact } = openFlow.getState();
    if (isInexact) {
      const name = quoteName(history.document.name);
      toasts.show({ text: `Couldn’t copy ${name}. A number in this flow is too precise.`, tone: "danger" });
    } else openDialog({ type: "saveAsTemplate" });
  },
});
