import type { FlowDocument } from "#core/flow-document.ts";
import { createBody } from "#core/save-body.ts";

/** Hands the flow to the browser as a file that can be imported again: its name, its description and its steps. */
export function downloadFlow(document: FlowDocument): void {
  const text = `${JSON.stringify(createBody(document), null, 2)}\n`;
  downloadText(`${toFileName(document.name)}.json`, text);
}

/** Hands a text to the browser as a file. */
export function downloadText(fileName: string, text: string, type = "application/json"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser reads the file after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A name that every file system takes: what one of them forbids becomes a dash. */
export function toFileName(name: string): string {
  const safe = name
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001F\u007F<>:"/\\|?*\u200E\u200F\u202A-\u202E\u2066-\u2069]+/g, "-")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[ .-]+|[ .-]+$/g, "");
  const short = Array.from(safe).slice(0, 100).join("").trim();
  return short === "" || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short) ? "flow" : short;
}
