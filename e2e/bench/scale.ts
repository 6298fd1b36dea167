import { measureReads } from "./scale-reads.ts";
import { measureWorkers } from "./scale-workers.ts";

const PARTS: Readonly<Record<string, () => Promise<void>>> = { reads: measureReads, workers: measureWorkers };

/**
 * Measures both stores with growing numbers of flows, then batches of one record with growing numbers of worker
 * processes. `PARTS=reads` or `PARTS=workers` runs one half.
 */
export async function measure(): Promise<void> {
  const begun = performance.now();
  for (const part of (process.env["PARTS"] ?? "reads,workers").split(",")) {
    const measurePart = PARTS[part];
    if (!measurePart) throw new Error(`PARTS names “${part}”. Use ${Object.keys(PARTS).join(" or ")}.`);
    await measurePart();
  }
  console.log(`\nThe measurement took ${Math.round((performance.now() - begun) / 1000)} s.`);
}
