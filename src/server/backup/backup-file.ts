import { parseJson } from "#core/json/json.ts";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import * as z from "zod/mini";
import { StartupError } from "#server/domain/startup-error.ts";

// A backup is gzip-compressed text with one JSON value per line: a header, then for each table a line with its columns
// and a line per row, then a line with the number of rows of each table, which a truncated file lacks, and the SHA-256
// of all lines before it. Backups of older versions have no SHA-256.

const FORMAT = "flowline-backup";
const FORMAT_VERSION = 1;

/** Longest accepted line in UTF-16 code units, so that a damaged file cannot exhaust the memory. */
const MAX_LINE_LENGTH = 256 * 1024 * 1024;

const headerSchema = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  /** Version of the store's schema: the number of its newest migration. */
  schema: z.number(),
  createdAt: z.string(),
});
const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()) });
const endSchema = z.object({ rows: z.record(z.string(), z.number()), sha256: z.optional(z.string()) });
const rowSchema = z.array(z.nullable(z.string()));

export type BackupHeader = Omit<z.infer<typeof headerSchema>, "format" | "version">;
export type RowCountsByTable = Readonly<Record<string, number>>;

/** `json` is the row as JSON text: an array of the columns' values as PostgreSQL writes them as text, or null. */
export type BackupEntry =
  | { readonly type: "header"; readonly header: BackupHeader }
  | { readonly type: "table"; readonly table: string; readonly columns: readonly string[] }
  | { readonly type: "row"; readonly json: string }
  /** `sha256` is computed while writing, and compared while reading. */
  | { readonly type: "end"; readonly rows: RowCountsByTable; readonly sha256?: string | undefined };

function formatEntry(entry: BackupEntry): string {
  switch (entry.type) {
    case "header":
      return `${JSON.stringify({ format: FORMAT, version: FORMAT_VERSION, ...entry.header })}\n`;
    case "table":
      return `${JSON.stringify({ table: entry.table, columns: entry.columns })}\n`;
    case "row":
      return `${entry.json}\n`;
    case "end":
      return `${JSON.stringify({ rows: entry.rows, sha256: entry.sha256 })}\n`;
  }
}

/** Only its owner can read it. Replaces an older file when it is complete and synced. */
export async function writeBackupFile(
  target: { readonly path: string } | { readonly output: Writable },
  entries: AsyncIterable<BackupEntry>,
): Promise<void> {
  const texts = Readable.from(mapEntries(entries));
  if ("output" in target) {
    await pipeline(texts, createGzip(), target.output, { end: false }).catch((error: unknown) => {
      throw explainFileError(error, "The output", "written");
    });
    return;
  }
  const { path } = target;
  const draft = `${path}.partial`;
  const file = await createDraft(draft).catch((error: unknown) => {
    throw explainFileError(error, draft, "written");
  });
  const { ino } = await file.stat();
  // Another backup to the same file may have replaced the draft, which must be neither renamed nor removed then.
  const isOwnDraft = async () => (await stat(draft).catch(() => undefined))?.ino === ino;
  try {
    await pipeline(texts, createGzip(), file.createWriteStream({ flush: true }));
    if (!(await isOwnDraft()))
      throw new StartupError(`${path} was not written: another backup to the same file began meanwhile.`);
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    if (await isOwnDraft()) await rm(draft, { force: true });
    throw explainFileError(error, path, "written");
  }
}

/** Creates the file anew instead of truncating a leftover, which may have other permissions or be a link. */
async function createDraft(path: string): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, "wx", 0o600);
}

async function* mapEntries(entries: AsyncIterable<BackupEntry>): AsyncGenerator<string> {
  const hash = createHash("sha256");
  for await (const entry of entries) {
    if (entry.type === "end") yield formatEntry({ ...entry, sha256: hash.digest("hex") });
    else {
      const text = formatEntry(entry);
      hash.update(text);
      yield text;
    }
  }
}

/** Reads a backup. Throws a `StartupError` for a file that is no backup, is damaged, or ends too early. */
export async function* readBackupFile(
  source: { readonly path: string } | { readonly input: Readable },
): AsyncGenerator<BackupEntry> {
  const name = "path" in source ? source.path : "The input";
  const packed = "path" in source ? createReadStream(source.path) : source.input;
  const lines = readLines(packed.pipe(createGunzip()), packed);
  const hash = createHash("sha256");
  let place: "start" | "tables" | "end" = "start";
  let columns = 0;
  try {
    for await (const line of lines) {
      const entry = parseEntry(line, place, columns);
      if (!entry) throw createDamagedError(name, place === "start" && !line.includes(FORMAT));
      if (place === "end") throw createDamagedError(name);
      if (entry.type === "header") place = "tables";
      if (entry.type === "table") columns = entry.columns.length;
      if (entry.type === "end") {
        place = "end";
        if (entry.sha256 !== undefined && entry.sha256 !== hash.digest("hex"))
          throw new StartupError(
            `${name} is damaged: its contents do not match its checksum. Nothing was changed.`,
          );
      } else hash.update(`${line}\n`);
      yield entry;
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    if (isZlibError(error)) throw createDamagedError(name, place === "start" && !hasGzipHeader(error));
    throw explainFileError(error, name, "read");
  }
  if (place === "start") throw createDamagedError(name, true);
  if (place !== "end")
    throw new StartupError(`${name} is incomplete: it ends too early. Nothing was changed.`);
}

/** Returns undefined for a line that a backup cannot have, such as a row with other than `columns` values. */
function parseEntry(
  line: string,
  place: "start" | "tables" | "end",
  columns: number,
): BackupEntry | undefined {
  const value = parseJson(line);
  if (value === undefined) return undefined;
  if (place === "start") {
    const header = headerSchema.safeParse(value);
    if (!header.success) return undefined;
    const { version, schema, createdAt } = header.data;
    if (version > FORMAT_VERSION)
      throw new StartupError(
        "The backup was written by a newer version of Flowline. Restore it with that version.",
      );
    return { type: "header", header: { schema, createdAt } };
  }
  const row = rowSchema.safeParse(value);
  if (row.success) return row.data.length === columns ? { type: "row", json: line } : undefined;
  const table = tableSchema.safeParse(value);
  if (table.success) return { type: "table", ...table.data };
  const end = endSchema.safeParse(value);
  return end.success ? { type: "end", ...end.data } : undefined;
}

/** Splits at line feeds only: `readline` also splits at other characters, which JSON text may contain. */
async function* readLines(unpacked: Readable, packed: Readable): AsyncGenerator<string> {
  packed.on("error", (error) => unpacked.destroy(error));
  let rest: string[] = [];
  let length = 0;
  for await (const text of unpacked.setEncoding("utf8") as AsyncIterable<string>) {
    let from = 0;
    for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
      yield rest.join("") + text.slice(from, to);
      rest = [];
      length = 0;
      from = to + 1;
    }
    rest.push(text.slice(from));
    length += text.length - from;
    if (length > MAX_LINE_LENGTH) throw createDamagedError("The backup");
  }
  if (length > 0) yield rest.join("");
}

function createDamagedError(name: string, isAtStart = false): StartupError {
  return new StartupError(
    isAtStart
      ? `${name} is not a backup of Flowline. Nothing was changed.`
      : `${name} is damaged and can’t be read. Nothing was changed.`,
  );
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

/** What fails after the header of a packed file is damage, even before its first line. An empty file has no header. */
const hasGzipHeader = ({ message }: Error) => !/incorrect header check|unexpected end of file/.test(message);

function explainFileError(error: unknown, path: string, verb: "read" | "written"): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const reason =
    code === "EEXIST"
      ? "it already exists"
      : code === "ENOSPC"
        ? "the disk is full"
        : (code ?? error.message);
  return new StartupError(`${path} cannot be ${verb}: ${reason}.`, { cause: error });
}
