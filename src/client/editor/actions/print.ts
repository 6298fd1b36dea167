import { Printer } from "lucide-react";
import { defineEditorAction } from "./define-action.ts";

/** The shortcut opens the browser's print dialog at once. On other views, the browser prints the page. */
export const printFlowAction = defineEditorAction({
  id: "print",
  label: "Print flow",
  menuLabel: () => "Print…",
  icon: Printer,
  keys: ["Mod+P"],
  scope: "page",
  isStepsViewOnly: true,
  sheetGroup: "Flow",
  worksIn: ["text"],
  ignoresRepeat: true,
  run: ({ openDialog }, _targets, press) => openDialog({ type: "print", isPrinting: press !== undefined }),
});
