import { ClipboardPaste } from "lucide-react";
import type { PasteRefusalReason } from "#core/document/parse-pasted-steps.ts";
import type { StepPlace } from "#core/document/step-list.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";
import { countStepsUntilLimit, insertStepCopies } from "./insert-steps.ts";

const loadPastedStepsParser = () => import("#core/document/parse-pasted-steps.ts");

/** The menu opens a dialog, because a click cannot read the clipboard without a permission prompt. */
export const pasteStepsAction = defineEditorAction({
  id: "paste",
  needs: EDIT_SCOPES,
  label: "Paste after this step",
  menuLabel: () => "Paste…",
  icon: ClipboardPaste,
  keys: ["Mod+V"],
  scope: "steps",
  sheetGroup: "Steps",
  clipboard: {
    type: "paste",
    run: (editor, event) => {
      event.preventDefault();
      void pasteHere(editor, event.clipboardData?.getData("text/plain") ?? "");
    },
  },
  run: ({ openDialog, placeAfter }, { keys }) =>
    openDialog({ type: "paste", place: placeAfter(keys), text: "", reasons: [] }),
});

/** Pastes all steps or none. Returns the reasons for not pasting. */
export async function pasteStepsFromText(
  editor: Editor,
  text: string,
  place: StepPlace,
): Promise<readonly PasteRefusalReason[]> {
  try {
    const { parsePastedSteps } = await loadPastedStepsParser();
    const pasted = parsePastedSteps(text, countStepsUntilLimit(editor.documentNow()));
    if (pasted.type === "refused") return pasted.reasons;
    const refusal = await insertStepCopies(editor, pasted.steps, place, "paste");
    return refusal === undefined ? [] : [{ message: refusal }];
  } catch {
    return [{ message: "Can’t reach the server. Retry in a moment." }];
  }
}

async function pasteHere(editor: Editor, text: string): Promise<void> {
  const place = editor.placeHere();
  const reasons = await pasteStepsFromText(editor, text, place);
  if (reasons.length > 0) editor.openDialog({ type: "paste", place, text, reasons });
}
