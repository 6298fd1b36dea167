import { type Flow, listUnknownFlowFields } from "#contract/flow.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { createNewFlowBody } from "#core/save-body.ts";
import { readSampleData } from "#client/data/device/sample-data.ts";

/** Maximum size in bytes of one file in an archive of flows, which an import unpacks one after the other. */
export const MAX_ARCHIVED_FILE_BYTES = 4 * 1024 * 1024;

/** The flow as the server sent it, and the tags that the server or this browser has for it. */
interface FlowFileDetails {
  readonly flow: Flow;
  readonly tags: readonly string[];
}

/** Downloads the definition, tags and sample data of a flow as a file, which can be imported again. */
export function downloadFlowAsJsonFile(document: FlowDocument, details: FlowFileDetails): void {
  downloadTextFile(`${convertTextToSafeFileName(document.name)}.json`, formatFlowFile(document, details));
}

/** Contains unknown fields too, for other programs. Not indented if the file would be too large. */
export function formatFlowFile(document: FlowDocument, { flow, tags }: FlowFileDetails): string {
  const { flowSteps = [] } = createNewFlowBody(document);
  const { name, description } = document;
  const sampleMetadata = readSampleData(flow);
  const file = {
    name,
    ...(description !== undefined && { description }),
    ...(tags.length > 0 && { tags }),
    flowSteps,
    ...(sampleMetadata && { sampleMetadata }),
    ...Object.fromEntries(listUnknownFlowFields(flow).map((key) => [key, flow[key]])),
  };
  const text = JSON.stringify(file, null, 2);
  const isSmall = new Blob([text]).size < MAX_ARCHIVED_FILE_BYTES;
  return `${isSmall ? text : JSON.stringify(file)}\n`;
}

export function downloadTextFile(fileName: string, text: string, type = "application/json"): void {
  downloadBlob(fileName, new Blob([text], { type }));
}

export function downloadBlob(fileName: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  // Revokes the URL after a delay, because the browser reads the file after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Returns a file name that is valid on every operating system; replaces forbidden characters with dashes. */
export function convertTextToSafeFileName(name: string): string {
  const plain = name
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001F\u007F<>:"/\\|?*\u200E\u200F\u202A-\u202E\u2066-\u2069]+/g, "-")
    .replaceAll(/\s+/g, " ");
  const short = Array.from(trimEdges(plain)).slice(0, 100).join("").trim();
  return short === "" || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short) ? "flow" : short;
}

function trimEdges(name: string): string {
  let [from, to] = [0, name.length];
  while (from < to && " .-".includes(name.charAt(from))) from += 1;
  while (to > from && " .-".includes(name.charAt(to - 1))) to -= 1;
  return name.slice(from, to);
}
