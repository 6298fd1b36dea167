import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { type DirectoryLock, type DirectoryLockOptions, lockDirectory } from "./directory-lock.ts";
import { StartupError } from "#server/domain/startup-error.ts";

export interface DataDirectory {
  readonly path: string;
  readonly lock: DirectoryLock;
}

const OWN_FILE_NAMES = /^(?:store(?:\.new|\.made)?|ballast|lock\.\d+|\.lock-[\da-f-]+|socket-[\da-f]{8})$/;

const MARK = "store.made";
const MARK_TEXT = `This directory holds a Flowline store. As long as this file is here, Flowline does not start when the
store beside it is missing or has lost its tables, instead of beginning with an empty one.
`;

export async function openDataDirectory(
  directory: string,
  options: DirectoryLockOptions = {},
): Promise<DataDirectory> {
  const path = resolve(directory);
  try {
    makeDirectory(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const lock = await lockDirectory(path, options);
    try {
      closeToOthers(path);
      return { path, lock };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw createUnwritableError(path, error);
  }
}

function createUnwritableError(path: string, error: unknown): StartupError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new StartupError(
    `The data directory ${path} cannot be written (${reason}); set FLOWLINE_DATA_DIR to a directory that can.`,
    { cause: error },
  );
}

/** Returns why the directory cannot be written or created, as far as that is known without creating it. */
export function findDataDirectoryProblem(directory: string): string | undefined {
  const path = resolve(directory);
  let existing = path;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    // The slash makes the check fail for a file, too.
    accessSync(join(existing, sep), constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return createUnwritableError(path, error).message;
  }
}

export function hasStoreMarkerFile(directory: string): boolean {
  return existsSync(join(directory, MARK));
}

export function writeStoreMarker(directory: string): void {
  if (!hasStoreMarkerFile(directory)) writeFileSync(join(directory, MARK), MARK_TEXT, { mode: 0o600 });
}

export function createMissingStoreError(directory: string, what: string): StartupError {
  return new StartupError(
    `${what} although ${directory} held a store before: restore it from a backup, or remove ${directory} to begin with an empty store.`,
  );
}

/** One by one: Node's `recursive` never returns for a path such as /proc/x. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  }
}

/** Unless the directory also contains foreign files, as a home directory does. */
function closeToOthers(path: string): void {
  const names = readdirSync(path);
  if (names.every((name) => OWN_FILE_NAMES.test(name))) tighten(path);
  for (const name of names) if (OWN_FILE_NAMES.test(name)) tightenTree(join(path, name));
}

function tightenTree(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || stats.isSymbolicLink()) return;
  if ((stats.mode & 0o077) !== 0) tighten(path);
  if (stats.isDirectory()) for (const name of readdirSync(path)) tightenTree(join(path, name));
}

function tighten(path: string): void {
  try {
    chmodSync(path, lstatSync(path).mode & 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
}
