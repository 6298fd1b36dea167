import { toasts } from "#client/ui/overlays/toasts.ts";
import { collectPastedFiles } from "./collect-files.ts";
import type { ImportFile } from "./read-import-files.ts";

/** Returns the pasted files. If the clipboard holds other text, shows a message and returns undefined. */
export function readPastedFiles(data: DataTransfer): readonly ImportFile[] | undefined {
  const files = collectPastedFiles(data);
  if (!files) toasts.show({ text: "The clipboard has no JSON. Copy a flow’s JSON, then paste it here." });
  return files;
}
