import type { QueryClient } from "@tanstack/react-query";
import type { Flow } from "#contract/flow.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { InexactNumberError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { readFlow } from "#client/data/api/read-flow.ts";
import { readDeviceTags } from "#client/data/device/device-tags.ts";
import type { FlowFilters } from "#client/data/queries/flow-queries.ts";
import { readAllFlows } from "#client/data/queries/read-all-flows.ts";
import { runInBulk } from "#client/flow/bulk/run-in-bulk.ts";
import {
  convertTextToSafeFileName,
  downloadBlob,
  downloadFlowAsJsonFile,
  formatFlowFile,
} from "#client/flow/download-flow.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { BROWSER_DATA_FILE_NAME, formatBrowserData } from "./import/browser-data.ts";

/** Downloads the saved version of one flow as a JSON file, which can be imported again. Reports failures as a toast. */
export async function exportFlow({ id, name }: Pick<Flow, "id" | "name">): Promise<void> {
  try {
    const { document, ...details } = await readExportedFlow(id, undefined);
    downloadFlowAsJsonFile(document, details);
    toasts.show({ text: `Exported ${quoteName(name)}.`, tone: "success" });
  } catch (error) {
    const reason = describeRequestErrorForUser(error);
    toasts.show({ text: `Couldn’t export ${quoteName(name)}. ${reason}`, tone: "danger" });
  }
}

async function readExportedFlow(id: string, signal: AbortSignal | undefined) {
  const { flow, isInexact } = await readFlow(id, { signal, isStrict: true });
  if (isInexact) throw new InexactNumberError();
  return { document: parseFlowDocument(flow), flow, tags: flow.tags ?? readDeviceTags(id) };
}

export interface FlowsExport {
  readonly exported: number;
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  /** Whether the server repeated a page of the list, so that flows may be missing. */
  readonly isCutShort: boolean;
}

export interface ExportFlowsOptions {
  readonly client: QueryClient;
  /** The flows, or the filters that they match. */
  readonly source: FlowFilters | readonly ExportedFlow[];
  /** A ZIP archive with one file per flow, or one JSON file with an array of all flows. */
  readonly format: "zip" | "array";
  readonly signal: AbortSignal;
  /** `total` is undefined until all pages of the list are read. */
  readonly onProgress: (done: number, total: number | undefined) => void;
}

type ExportedFlow = Pick<Flow, "id" | "name">;

/** A failed flow does not stop the others. Throws like `callEndpoint` if nothing can be read any more. */
export async function exportFlows(options: ExportFlowsOptions): Promise<FlowsExport> {
  const { source, format, signal, onProgress } = options;
  const { flows, isCutShort } = isList(source)
    ? { flows: source, isCutShort: false }
    : await listFlows(source, options);
  // An export of all flows also contains the saved views and favorites of this browser.
  const isAll = !isList(source) && !hasFilters(source);
  const texts = new Map<string, string>();
  const failures: { readonly name: string; readonly reason: string }[] = [];
  let done = 0;
  const stoppedBy = await runInBulk({
    items: flows,
    perform: async ({ id }) => {
      const { document, ...details } = await readExportedFlow(id, signal);
      return formatFlowFile(document, details);
    },
    atOnce: 4,
    signal,
    onOutcome: ({ id, name }, outcome) => {
      if (outcome.type === "done") texts.set(id, outcome.result);
      else failures.push({ name, reason: outcome.reason });
      done += 1;
      onProgress(done, flows.length);
    },
  });
  signal.throwIfAborted();
  if (stoppedBy) throw stoppedBy;
  // Restores the order of the list, because the responses arrive in any order.
  const exported = flows.filter(({ id }) => texts.has(id));
  if (exported.length > 0) {
    const contents = exported.map(({ id }) => texts.get(id) ?? "");
    const date = new Date().toISOString().slice(0, 10);
    const file =
      format === "zip"
        ? new Blob([await zip(exported, contents, isAll)], { type: "application/zip" })
        : new Blob(["[\n", contents.map((text) => text.trimEnd()).join(",\n"), "\n]\n"], {
            type: "application/json",
          });
    downloadBlob(`flows ${date}.${format === "zip" ? "zip" : "json"}`, file);
  }
  return { exported: exported.length, failures, isCutShort };
}

const hasFilters = ({ sort: _sort, order: _order, ...filters }: FlowFilters) =>
  Object.values(filters).some((filter) => filter !== undefined);

const isList = (source: ExportFlowsOptions["source"]): source is readonly ExportedFlow[] =>
  Array.isArray(source);

async function listFlows(
  filters: FlowFilters,
  { client, signal, onProgress }: ExportFlowsOptions,
): Promise<{ readonly flows: readonly ExportedFlow[]; readonly isCutShort: boolean }> {
  const flows: ExportedFlow[] = [];
  let isCutShort = false;
  for await (const page of readAllFlows(client, filters, signal)) {
    flows.push(...page.rows.map(({ id, name }) => ({ id, name })));
    isCutShort = page.isCutShort;
    onProgress(0, undefined);
  }
  return { flows, isCutShort };
}

async function zip(
  flows: readonly ExportedFlow[],
  contents: readonly string[],
  hasBrowserData: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const { strToU8, zipSync } = await import("fflate");
  // Two flows may have the same name, and two names the same file name.
  const names = createUniqueFileNames([BROWSER_DATA_FILE_NAME, ...flows.map(({ name }) => name)]);
  const [browserDataFile, ...files] = names.map((name) => `${name}.json`);
  const fileOf = (id: string) => files[flows.findIndex((flow) => flow.id === id)];
  const browserData = hasBrowserData ? formatBrowserData(fileOf) : undefined;
  return zipSync({
    ...Object.fromEntries(contents.map((text, index) => [files[index], strToU8(text)])),
    ...(browserData !== undefined && { [browserDataFile ?? ""]: strToU8(browserData) }),
  });
}

/** Names that differ only in case count as equal. */
function createUniqueFileNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const stem = convertTextToSafeFileName(name);
    let unique = stem;
    for (let copy = 2; taken.has(unique.toLowerCase()); copy += 1) unique = `${stem} (${copy})`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
