import { Copy, Scissors } from "lucide-react";
import { toClipboardSteps, formatStepsAsJson } from "#core/document/clipboard-steps.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { copyTextToClipboard } from "#client/ui/hooks/copy-text-to-clipboard.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";
import { removeStepsOrAsk } from "./delete.ts";

type Write = (text: string) => boolean;

export const copyStepsAction = defineEditorAction({
  id: "copy",
  label: "Copy",
  menuLabel: (_editor, { them = "" }) => `Copy${them}`,
  icon: Copy,
  keys: ["Mod+C"],
  scope: "steps",
  sheetGroup: "Steps",
  clipboard: {
    type: "copy",
    run: (editor, event) => withTargets(editor, event, (keys, write) => copyTo(editor, keys, write)),
  },
  run: (editor, { keys }) => copyTo(editor, keys, copyTextToClipboard),
});

export const cutStepsAction = defineEditorAction({
  id: "cut",
  needs: EDIT_SCOPES,
  label: "Cut",
  menuLabel: (_editor, { them = "" }) => `Cut${them}`,
  icon: Scissors,
  keys: ["Mod+X"],
  scope: "steps",
  sheetGroup: "Steps",
  clipboard: {
    type: "cut",
    run: (editor, event) => withTargets(editor, event, (keys, write) => cutTo(editor, keys, write)),
  },
  run: (editor, { keys }) => cutTo(editor, keys, copyTextToClipboard),
});

function copyTo(editor: Editor, keys: readonly StepKey[], write: Write): void {
  if (write(formatStepsAsJson(toClipboardSteps(editor.documentNow(), keys))))
    toasts.show({ text: `Copied ${editor.nameOf(keys)}.` });
  else toasts.show({ text: "Couldn’t copy. The browser blocked clipboard access.", tone: "danger" });
}

function cutTo(editor: Editor, keys: readonly StepKey[], write: Write): void {
  if (write(formatStepsAsJson(toClipboardSteps(editor.documentNow(), keys))))
    removeStepsOrAsk(editor, keys, "cut");
  else toasts.show({ text: "Couldn’t cut. The browser blocked clipboard access.", tone: "danger" });
}

/** Leaves the clipboard event to the browser if text is selected on the page or there is no step. */
function withTargets(
  { targetsNow }: Editor,
  event: ClipboardEvent,
  act: (keys: readonly StepKey[], write: Write) => void,
): void {
  const keys = targetsNow();
  if (keys.length === 0 || document.getSelection()?.isCollapsed === false) return;
  event.preventDefault();
  act(keys, (text) => {
    event.clipboardData?.setData("text/plain", text);
    return event.clipboardData !== null;
  });
}
