import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import * as z from "zod/mini";
import { StartupError } from "#server/store/startup-error.ts";

// A backup is gzip-compressed text with one JSON value per line: a header, then for each table a line with its columns
// and a line per row, then a line with the number of rows of each table, which a truncated file lacks.

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
const endSchema = z.object({ rows: z.record(z.string(), z.number()) });
const rowSchema = z.array(z.nullable(z.string()));

export type BackupHeader = Omit<z.infer<typeof headerSchema>, "format" | "version">;
export type RowCountsByTable = Readonly<Record<string, number>>;

/** `json` is the row as JSON text: an array of the columns' values as PostgreSQL writes them as text, or null. */
export type BackupEntry =
  | { readonly type: "header"; readonly header: BackupHeader }
  | { readonly type: "table"; readonly table: string; readonly columns: readonly string[] }
  | { readonly type: "row"; readonly json: string }
  | { readonly type: "end"; readonly rows: RowCountsByTable };

function formatEntry(entry: BackupEntry): string {
  switch (entry.type) {
    case "header":
      return `${JSON.stringify({ format: FORMAT, version: FORMAT_VERSION, ...entry.header })}\n`;
    case "table":
      return `${JSON.stringify({ table: entry.table, columns: entry.columns })}\n`;
    case "row":
      return `${entry.json}\n`;
    case "end":
      return `${JSON.stringify({ rows: entry.rows })}\n`;
  }
}

/**
 * Writes a backup to a new file that only its owner can read, or to `output`. The file appears under its name when it is
 * complete and synced; an existing file is never replaced.
 */
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
  const file = await open(draft, "wx", 0o600).catch((error: unknown) => {
    throw explainFileError(error, draft, "written");
  });
  try {
    await pipeline(texts, createGzip(), file.createWriteStream({ flush: true }));
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw explainFileError(error, path, "written");
  }
}

async function* mapEntries(entries: AsyncIterable<BackupEntry>): AsyncGenerator<string> {
  for await (const entry of entries) yield formatEntry(entry);
}

/** Reads a backup. Throws a `StartupError` for a file that is no backup, is damaged, or ends too early. */
export async function* readBackupFile(
  source: { readonly path: string } | { readonly input: Readable },
): AsyncGenerator<BackupEntry> {
  const name = "path" in source ? source.path : "The input";
  const packed = "path" in source ? createReadStream(source.path) : source.input;
  const lines = readLines(packed.pipe(createGunzip()), packed);
  let place: "start" | "tables" | "end" = "start";
  try {
    for await (const line of lines) {
      const entry = parseEntry(line, place);
      if (!entry) throw createDamagedError(name, place === "start");
      if (place === "end") throw createDamagedError(name);
      if (entry.type === "header") place = "tables";
      if (entry.type === "end") place = "end";
      yield entry;
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    if (isZlibError(error)) throw createDamagedError(name, place === "start");
    throw explainFileError(error, name, "read");
  }
  if (place === "start") throw createDamagedError(name, true);
  if (place !== "end")
    throw new StartupError(`${name} is incomplete: it ends too early. Nothing was changed.`);
}

function parseEntry(line: string, place: "start" | "tables" | "end"): BackupEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
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
  if (rowSchema.safeParse(value).success) return { type: "row", json: line };
  const table = tableSchema.safeParse(value);
  if (table.success) return { type: "table", ...table.data };
  const end = endSchema.safeParse(value);
  return end.success ? { type: "end", rows: end.data.rows } : undefined;
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

const isZlibError = (error: unknown) =>
  error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

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
