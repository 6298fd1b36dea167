import { CopyPlus, Copy } from "lucide-react";
import { toClipboardSteps } from "#core/document/clipboard-steps.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";
import { insertStepCopies } from "./insert-steps.ts";

export const duplicateStepsAction = defineEditorAction({
  id: "duplicate",
  needs: EDIT_SCOPES,
  label: "Duplicate",
  menuLabel: (_editor, { them = "" }) => `Duplicate${them}`,
  icon: CopyPlus,
  keys: ["Mod+D"],
  scope: "steps",
  sheetGroup: "Steps",
  ignoresRepeat: true,
  run: async (editor, { keys }) => {
    const steps = toClipboardSteps(editor.documentNow(), keys);
    if (steps.length === 0) return;
    try {
      const refusal = await insertStepCopies(editor, steps, editor.placeAfter(keys), "duplicate");
      if (refusal !== undefined) toasts.show({ text: refusal, tone: "danger" });
    } catch {
      const text = "Couldn’t duplicate. Can’t reach the server.";
      toasts.show({ text, tone: "danger" });
    }
  },
});

export const duplicateFlowAction = defineEditorAction({
  id: "duplicateFlow",
  needs: EDIT_SCOPES,
  label: "Duplicate",
  icon: Copy,
  scope: "page",
  run: ({ page }) => page.current?.duplicateFlow(),
});
