import { LayoutTemplate } from "lucide-react";
import { quoteName } from "#core/document/quote-name.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { defineEditorAction } from "./define-action.ts";

export const saveAsTemplateAction = defineEditorAction({
  id: "saveAsTemplate",
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
