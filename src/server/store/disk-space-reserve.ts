import { closeSync, openSync, statSync, statfsSync, truncateSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { StoreFailure } from "./store-failure.ts";

const MIB = 1024 * 1024;
const BALLAST = 32 * MIB;
const SPARE = 32 * MIB;
const NEW_STORE = 128 * MIB;

/**
 * Reserves disk space for the write-ahead log, because PostgreSQL crashes if a new log segment does not fit. Refuses
 * writes long before that, and shrinks a ballast file if other programs fill the disk.
 */
export class DiskSpaceReserve {
  readonly #directory: string;
  readonly #path: string;
  #ballast: number;

  constructor(directory: string) {
    this.#directory = directory;
    this.#path = join(directory, "ballast");
    this.#ballast = Math.min(statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0, BALLAST);
    this.#ballast -= this.#ballast % MIB;
  }

  missingMegabytes(isNew: boolean): number {
    const needed = (isNew ? NEW_STORE : BALLAST + SPARE) - this.#ballast;
    return Math.max(0, Math.ceil((needed - this.#free()) / MIB));
  }

  demand(): void {
    const missing = BALLAST - this.#ballast;
    if (this.#free() < SPARE + missing) throw noRoom();
    if (missing > 0) this.#restore();
  }

  /**
   * Throws if too little space is left to reopen the store. Counts the ballast as free space, because reopening may
   * shrink it.
   */
  demandForOpening(): void {
    if (this.#free() + this.#ballast < SPARE) throw noRoom();
  }

  release(): boolean {
    if (this.#ballast === 0) return false;
    try {
      truncateSync(this.#path, this.#ballast - MIB);
      this.#ballast -= MIB;
      return true;
    } catch {
      this.#ballast = 0;
      return false;
    }
  }

  #restore(): void {
    // Writes random bytes, because zeros and compressible data take almost no space on some file systems and so reserve
    // none.
    const piece = randomBytes(MIB);
    const file = openSync(this.#path, "a", 0o600);
    try {
      while (this.#ballast < BALLAST)
        this.#ballast += writeSync(file, piece, 0, Math.min(MIB, BALLAST - this.#ballast));
    } catch (error) {
      throw noRoom(error);
    } finally {
      closeSync(file);
    }
  }

  #free(): number {
    try {
      const { bavail, bsize } = statfsSync(this.#directory);
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }
}

function noRoom(cause?: unknown): StoreFailure {
  return new StoreFailure("full", "The disk of the data directory is full.", { cause });
}
