import { closeSync, openSync, statSync, statfsSync, truncateSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { StoreFailure } from "./store-failure.ts";

const MIB = 1024 * 1024;
const BALLAST_BYTES = 32 * MIB;
const SPARE_BYTES = 32 * MIB;
const NEW_STORE_BYTES = 128 * MIB;

/** PostgreSQL crashes if a log segment does not fit: refuses writes long before, and shrinks a ballast file. */
export class DiskSpaceReserve {
  readonly #directory: string;
  readonly #path: string;
  #ballast: number;

  constructor(directory: string) {
    this.#directory = directory;
    this.#path = join(directory, "ballast");
    this.#ballast = Math.min(statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0, BALLAST_BYTES);
    this.#ballast -= this.#ballast % MIB;
  }

  missingMegabytes(isNew: boolean): number {
    const needed = (isNew ? NEW_STORE_BYTES : BALLAST_BYTES + SPARE_BYTES) - this.#ballast;
    return Math.max(0, Math.ceil((needed - this.#free()) / MIB));
  }

  assertSpaceForWrite(): void {
    const missing = BALLAST_BYTES - this.#ballast;
    if (this.#free() < SPARE_BYTES + missing) throw createDiskFullError();
    if (missing > 0) this.#restore();
  }

  /** Throws. Counts the ballast as free space, because reopening may shrink it. */
  demandForOpening(): void {
    if (this.#free() + this.#ballast < SPARE_BYTES) throw createDiskFullError();
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
    // Zeros and compressible data reserve almost no space on some file systems.
    const chunk = randomBytes(MIB);
    const file = openSync(this.#path, "a", 0o600);
    try {
      while (this.#ballast < BALLAST_BYTES)
        this.#ballast += writeSync(file, chunk, 0, Math.min(MIB, BALLAST_BYTES - this.#ballast));
    } catch (error) {
      throw createDiskFullError(error);
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

function createDiskFullError(cause?: unknown): StoreFailure {
  return new StoreFailure("full", "The disk of the data directory is full.", { cause });
}
