import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ServerConfig } from "#server/config/config.ts";
import type { BackupCommand } from "#server/config/read-backup-command.ts";
import { createLogger } from "#server/telemetry/create-logger.ts";
import { openStore } from "./open-server.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import type { Store } from "#server/store/store.ts";
import { readBackupFile, writeBackupFile } from "./backup/backup-file.ts";
import { createBackup } from "./backup/create-backup.ts";
import { restoreBackup } from "./backup/restore-backup.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

const STANDARD_STREAM = "-";
const ERASE_LINE = "\u001B[K";

/** Performs `backup` or `restore`. Reports on stderr, because `-` writes the backup to stdout. */
export async function runBackupCommand(command: BackupCommand, config: ServerConfig): Promise<void> {
  if (config.upstream)
    throw new StartupError(
      "In cloud mode, the connected API stores the flows, so there is nothing to back up here. Use “Export all” in the list of flows.",
    );
  if (command.name === "backup") await backup(command, config);
  else await restore(command, config);
}

async function backup(
  { file, replace }: Extract<BackupCommand, { readonly name: "backup" }>,
  config: ServerConfig,
): Promise<void> {
  if (config.databaseUrl === undefined && !existsSync(join(config.dataDirectory, "store")))
    throw new StartupError(
      `No store in ${config.dataDirectory}. Set FLOWLINE_DATA_DIR or FLOWLINE_DATABASE_URL to the store to back up.`,
    );
  if (file !== STANDARD_STREAM && existsSync(file)) {
    if (!replace)
      throw new StartupError(`${file} already exists. Choose another name, or replace it with --replace.`);
    if (!statSync(file).isFile()) throw new StartupError(`${file} is not a file. Choose another name.`);
  }
  const target = file === STANDARD_STREAM ? { output: process.stdout } : { path: file };
  const rows = await withStore(config, (store) =>
    createBackup(store, new Date(), (entries) => writeBackupFile(target, entries), showProgress),
  );
  const size = file === STANDARD_STREAM ? "" : ` to ${file} (${formatSize(statSync(file).size)})`;
  say(`Backed up ${formatNumber(rows)} rows${size}.`);
}

async function restore(
  { file, continueBatches }: Extract<BackupCommand, { readonly name: "restore" }>,
  config: ServerConfig,
): Promise<void> {
  if (file !== STANDARD_STREAM && !existsSync(file)) throw new StartupError(`There is no file ${file}.`);
  const source = file === STANDARD_STREAM ? { input: process.stdin } : { path: file };
  const { header, rows, isVerified, unfinishedBatches } = await withStore(config, (store) =>
    restoreBackup(store, readBackupFile(source), { continueBatches, onRows: showProgress }),
  );
  say(`Restored ${formatNumber(rows)} rows of the backup of ${header.createdAt}.`);
  if (!isVerified)
    say(
      "The backup has no checksum, because an older version wrote it. Only its numbers of rows were compared.",
    );
  if (unfinishedBatches === 0) return;
  const batches = formatCountWithNoun(unfinishedBatches, "unfinished batch", "unfinished batches");
  say(
    continueBatches
      ? `The next start continues ${batches}.`
      : `Cancelled ${batches}, so that nothing runs twice (--continue-batches continues them).`,
  );
}

async function withStore<T>(config: ServerConfig, work: (store: Store) => Promise<T>): Promise<T> {
  const logger = createLogger("silent", []);
  const onLost = (error: Error) => {
    throw error;
  };
  const store = await openStore(config, logger, { onLost, onProgress: showText });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const showProgress = (rows: number) => showText(`${formatNumber(rows)} rows…`);

/** Shows a text until the next one, on a terminal only. */
function showText(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${ERASE_LINE}${text}`);
}

function say(text: string): void {
  process.stderr.write(`${process.stderr.isTTY ? `\r${ERASE_LINE}` : ""}${text}\n`);
}

const formatNumber = (value: number) => value.toLocaleString("en");
const formatSize = (bytes: number) =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
