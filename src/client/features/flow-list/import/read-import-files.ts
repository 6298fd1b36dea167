import { type UnzipFileInfo, unzipSync } from "fflate";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { analyzeDocument } from "#client/document/analysis/analyze-document.ts";
import { MAX_ARCHIVED_FILE_BYTES } from "#client/flow/download-flow.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { isServerDependentProblem } from "#core/dataflow/problem.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { measureJsonSize } from "#core/json/json-size.ts";
import { countSteps } from "#core/document/step-list.ts";
import { getStepType, isStepEnabled } from "#core/document/step.ts";
import type { BrowserData } from "./browser-data.ts";
import type { PreviewedFlow } from "./previewed-flow.ts";
import { MAX_IMPORTED_FLOWS, type ParsedFileFlow, parseFlowFile } from "./parse-flow-file.ts";

/** A file to import. `path` is shown to the user, such as “backup.zip/billing/dunning.json”. */
export interface ImportFile {
  readonly path: string;
  readonly blob: Blob;
}

export type ReadImportFile =
  | { readonly type: "flows"; readonly path: string; readonly flows: readonly PreviewedFlow[] }
  | { readonly type: "refused"; readonly path: string; readonly reasons: readonly string[] }
  | { readonly type: "browserData"; readonly path: string; readonly data: BrowserData };

const MIB = 1024 * 1024;
/** Maximum size in bytes of one JSON file, of one archive, and of all files of archives after unpacking. */
const MAX_BYTES = { file: 64 * MIB, archive: 256 * MIB, unpacked: 256 * MIB } as const;
const MAX_ARCHIVE_ENTRIES = 10_000;
/** Maximum number of values in a file of an archive: a parsed file may need twenty times the memory of its text. */
const MAX_ENTRY_VALUES = 300_000;
const MAX_PREVIEWED_STEPS = 13;
const MAX_PREVIEWED_PROBLEMS = 5;

/** Totals over all files of one import, because the limits apply to the totals. */
interface Usage {
  /** Bytes of the files in archives. */
  unpackedBytes: number;
  flows: number;
}

/** Reads files one after the other. `onRead` is called after each file, with the number of files read so far. */
export async function readImportFiles(
  files: readonly ImportFile[],
  onRead: (done: number) => void,
): Promise<readonly ReadImportFile[]> {
  const usage: Usage = { unpackedBytes: 0, flows: 0 };
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
  const own = { ...usage };
  const read: ReadImportFile[] = [];
  const refused: ReadImportFile[] = [];
  try {
    const entries = listEntries(bytes);
    if (entries.length === 0) return [refuse(path, "The archive has no JSON file.")];
    if (entries.length > MAX_ARCHIVE_ENTRIES) {
      return [refuse(path, `The archive has more than ${formatNumber(MAX_ARCHIVE_ENTRIES)} files.`)];
    }
    const accepted = entries.filter(({ name, size }) => {
      const reason = /\.json$/i.test(name) ? explainEntrySize(size, own) : "Not a JSON file.";
      if (reason === undefined) own.unpackedBytes += size;
      else refused.push(refuse(`${path}/${name}`, reason));
      return reason === undefined;
    });
    for (const [name, content] of unpackEntries(bytes, accepted))
      read.push(readFlows(`${path}/${name}`, content, own, MAX_ENTRY_VALUES));
  } catch {
    return [refuse(path, "The archive is damaged or encrypted.")];
  }
  Object.assign(usage, own);
  return [...read, ...refused];
}

interface ArchiveEntry {
  readonly index: number;
  readonly name: string;
  /** The library writes no more bytes than declared: an entry that declares too little does not parse. */
  readonly size: number;
}

/** Lists the entries without unpacking them, up to one more than {@link MAX_ARCHIVE_ENTRIES}. */
function listEntries(archive: Uint8Array): readonly ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  let index = -1;
  const note = ({ name, originalSize: size }: UnzipFileInfo) => {
    index += 1;
    if (!isIgnoredEntry(name) && entries.length <= MAX_ARCHIVE_ENTRIES) entries.push({ index, name, size });
    return false;
  };
  unzipSync(archive, { filter: note });
  return entries;
}

/** In groups of {@link MAX_ARCHIVED_FILE_BYTES}: every pass reads the archive's whole directory. */
function* unpackEntries(archive: Uint8Array, entries: readonly ArchiveEntry[]) {
  const group = new Set<number>();
  let groupSize = 0;
  for (const { index, size } of entries) {
    if (groupSize + size > MAX_ARCHIVED_FILE_BYTES) {
      yield* unpackGroup(archive, group);
      group.clear();
      groupSize = 0;
    }
    group.add(index);
    groupSize += size;
  }
  yield* unpackGroup(archive, group);
}

function unpackGroup(archive: Uint8Array, group: ReadonlySet<number>): Iterable<[string, Uint8Array]> {
  let index = -1;
  const isInGroup = () => {
    index += 1;
    return group.has(index);
  };
  return Object.entries(unzipSync(archive, { filter: isInGroup }));
}

function explainEntrySize(size: number, usage: Usage): string | undefined {
  if (size > MAX_ARCHIVED_FILE_BYTES) {
    return `The file is larger than ${MAX_ARCHIVED_FILE_BYTES / MIB} MiB. Unpack the archive to import it.`;
  }
  if (usage.unpackedBytes + size <= MAX_BYTES.unpacked) return undefined;
  return `The files of the archives are larger than ${MAX_BYTES.unpacked / MIB} MiB in total.`;
}

/** Whether the entry is a folder or a file that an operating system adds, such as “.DS_Store”. */
function isIgnoredEntry(name: string): boolean {
  return name.endsWith("/") || /(^|\/)(__MACOSX\/|\.[^/]*$)/.test(name);
}

function readFlows(path: string, bytes: Uint8Array, usage: Usage, maxValues = Infinity): ReadImportFile {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(path, "Not a text file in UTF-8.");
  }
  if (measureJsonSize(text).values > maxValues)
    return refuse(
      path,
      `The file has more than ${formatNumber(maxValues)} values. Unpack the archive to import it.`,
    );
  const parsed = parseFlowFile(text, path);
  if (parsed.type !== "flows") return { path, ...parsed };
  usage.flows += parsed.flows.length;
  if (usage.flows > MAX_IMPORTED_FLOWS) {
    return refuse(path, `The files have more than ${formatCount(MAX_IMPORTED_FLOWS, "flow")} in total.`);
  }
  return { type: "flows", path, flows: parsed.flows.map(previewFlow) };
}

function previewFlow({ flow, omittedFields }: ParsedFileFlow): PreviewedFlow {
  const document = parseFlowDocument(flow);
  const { steps } = document;
  const { total, off } = countSteps(steps);
  const problems = analyzeDocument(document, stepTypeLookup).problems.filter(
    (problem) => problem.severity !== "info" && !isServerDependentProblem(problem),
  );
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning");
  return {
    name: flow.name,
    tags: flow.tags ?? [],
    text: JSON.stringify(flow),
    omittedFields,
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
