import { accessSync, constants, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type DirectoryLock, lockDirectory } from "./directory-lock.ts";
import { StartupError } from "./startup-error.ts";

export interface DataDirectory {
  readonly path: string;
  readonly lock: DirectoryLock;
}

/** Makes the directory where it is missing and takes its lock. */
export function openDataDirectory(directory: string): DataDirectory {
  const path = resolve(directory);
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { path, lock: lockDirectory(path) };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StartupError(
      `The data directory ${path} cannot be written (${reason}); set DATA_DIR to a directory that can.`,
      { cause: error },
    );
  }
}
