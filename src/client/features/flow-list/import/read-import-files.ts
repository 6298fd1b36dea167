import { unzipSync } from "fflate";
import { dataflowAnalyzer } from "#client/document/analysis/dataflow.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { isServerDependentProblem } from "#core/dataflow/problem.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { countSteps } from "#core/document/step-list.ts";
import { getStepType, isStepEnabled } from "#core/document/step.ts";
import type { BrowserData } from "./browser-data.ts";
import { MAX_IMPORTED_FLOWS, type ParsedFileFlow, parseFlowFile } from "./read-flow-file.ts";

/** A file to import. `path` is shown to the user, such as “backup.zip/billing/dunning.json”. */
export interface ImportFile {
  readonly path: string;
  readonly blob: Blob;
}

/** A flow with the data that the preview shows. Sent from the worker to the page. */
export interface PreviewedFlow extends ParsedFileFlow {
  /** The first top-level steps; see `MAX_PREVIEWED_STEPS`. */
  readonly line: readonly { readonly type: string; readonly enabled: boolean }[];
  readonly topLevelStepCount: number;
  /** Counts of all steps, nested steps included. */
  readonly stepCount: number;
  readonly disabledStepCount: number;
  readonly errorCount: number;
  readonly warningCount: number;
  /** Messages of the first problems, errors first. */
  readonly problems: readonly string[];
}

export type ReadImportFile =
  | { readonly type: "flows"; readonly path: string; readonly flows: readonly PreviewedFlow[] }
  | { readonly type: "refused"; readonly path: string; readonly reasons: readonly string[] }
  | { readonly type: "browserData"; readonly path: string; readonly data: BrowserData };

const MIB = 1024 * 1024;
/** Maximum size in bytes of one JSON file, of one archive, and of all files after decompression. */
const MAX_BYTES = { file: 64 * MIB, archive: 256 * MIB, total: 512 * MIB } as const;
const MAX_ARCHIVE_ENTRIES = 10_000;
const MAX_PREVIEWED_STEPS = 13;
const MAX_PREVIEWED_PROBLEMS = 5;

/** Totals over all files of one import, because the limits apply to the totals. */
interface Usage {
  bytes: number;
  flows: number;
}

/** Reads files one after the other. `onRead` is called after each file, with the number of files read so far. */
export async function readImportFiles(
  files: readonly ImportFile[],
  onRead: (done: number) => void,
): Promise<readonly ReadImportFile[]> {
  const usage: Usage = { bytes: 0, flows: 0 };
  const results: ReadImportFile[] = [];
  for (const [index, file] of files.entries()) {
    results.push(...(await readFile(file, usage)));
    onRead(index + 1);
  }
  return results;
}

async function readFile({ path, blob }: ImportFile, usage: Usage): Promise<readonly ReadImportFile[]> {
  let bytes: Uint8Array;
  try {
    const limit = (await isArchive(blob)) ? MAX_BYTES.archive : MAX_BYTES.file;
    if (blob.size > limit) return [refuse(path, `The file is larger than ${limit / MIB} MiB.`)];
    bytes = new Uint8Array(await blob.arrayBuffer());
  } catch {
    return [refuse(path, "Couldn’t read the file. It may have been moved or is a folder.")];
  }
  return startsAsArchive(bytes) ? readArchive(path, bytes, usage) : [readFlows(path, bytes, usage)];
}

const isArchive = async (blob: Blob) => startsAsArchive(new Uint8Array(await blob.slice(0, 4).arrayBuffer()));

/** Whether the bytes start with the signature of a ZIP file: “PK” and 3, 4 or, for an empty archive, 5, 6. */
function startsAsArchive(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6));
}

function readArchive(path: string, bytes: Uint8Array, usage: Usage): readonly ReadImportFile[] {
  const refused: ReadImportFile[] = [];
  let entries = 0;
  let unpacked: Readonly<Record<string, Uint8Array>>;
  try {
    unpacked = unzipSync(bytes, {
      // Decides by the declared sizes. The library writes no more bytes than declared, so an archive that declares
      // too little is cut off and then does not parse.
      filter: ({ name, originalSize }) => {
        if (isIgnoredEntry(name)) return false;
        entries += 1;
        if (entries > MAX_ARCHIVE_ENTRIES) return false;
        const reason = /\.json$/i.test(name) ? explainEntrySize(originalSize, usage) : "Not a JSON file.";
        if (reason === undefined) usage.bytes += originalSize;
        else refused.push(refuse(`${path}/${name}`, reason));
        return reason === undefined;
      },
    });
  } catch {
    return [refuse(path, "The archive is damaged or encrypted.")];
  }
  if (entries > MAX_ARCHIVE_ENTRIES) {
    return [refuse(path, `The archive has more than ${formatNumber(MAX_ARCHIVE_ENTRIES)} files.`)];
  }
  if (entries === 0) return [refuse(path, "The archive has no JSON file.")];
  const read = Object.entries(unpacked).map(([name, content]) =>
    readFlows(`${path}/${name}`, content, usage),
  );
  return [...read, ...refused];
}

function explainEntrySize(size: number, usage: Usage): string | undefined {
  if (size > MAX_BYTES.file) return `The file is larger than ${MAX_BYTES.file / MIB} MiB.`;
  if (usage.bytes + size <= MAX_BYTES.total) return undefined;
  return `The files are larger than ${MAX_BYTES.total / MIB} MiB in total.`;
}

/** Whether the entry is a folder or a file that an operating system adds, such as “.DS_Store”. */
function isIgnoredEntry(name: string): boolean {
  return name.endsWith("/") || /(^|\/)(__MACOSX\/|\.[^/]*$)/.test(name);
}

function readFlows(path: string, bytes: Uint8Array, usage: Usage): ReadImportFile {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(path, "Not a text file in UTF-8.");
  }
  const parsed = parseFlowFile(text, path);
  if (parsed.type !== "flows") return { path, ...parsed };
  usage.flows += parsed.flows.length;
  if (usage.flows > MAX_IMPORTED_FLOWS) {
    return refuse(path, `The files have more than ${formatCount(MAX_IMPORTED_FLOWS, "flow")} in total.`);
  }
  return { type: "flows", path, flows: parsed.flows.map(previewFlow) };
}

function previewFlow(parsed: ParsedFileFlow): PreviewedFlow {
  const document = parseFlowDocument(parsed.flow);
  const { steps } = document;
  const { total, off } = countSteps(steps);
  const problems = dataflowAnalyzer
    .analyze(document)
    .problems.filter((problem) => problem.severity !== "info" && !isServerDependentProblem(problem));
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning");
  return {
    ...parsed,
    line: steps
      .slice(0, MAX_PREVIEWED_STEPS)
      .map((step) => ({ type: getStepType(step), enabled: isStepEnabled(step) })),
    topLevelStepCount: steps.length,
    stepCount: total,
    disabledStepCount: off,
    errorCount: errors.length,
    warningCount: warnings.length,
    problems: [...errors, ...warnings].slice(0, MAX_PREVIEWED_PROBLEMS).map(({ message }) => message),
  };
}

function refuse(path: string, ...reasons: readonly string[]): ReadImportFile {
  return { type: "refused", path, reasons };
}
