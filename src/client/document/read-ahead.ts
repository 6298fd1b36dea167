import type { StepNode } from "#core/flow-document.ts";
import type { Dataflow } from "./dataflow.ts";
import type { StepReader } from "./step-reader.ts";

/** Letters that go to the worker at once: sending and receiving them is short work. */
const BATCH_LETTERS = 60_000;
const BATCH_STEPS = 200;
/** How long a slice of reading on the main thread goes on before others have their turn, in milliseconds. */
const SLICE_MS = 8;

/**
 * Reads steps so that an analysis finds them read, without holding up the page: in a worker, or where that cannot be, here
 * in small slices. Goes on until `isGone`.
 */
export async function readAhead(
  nodes: readonly StepNode[],
  dataflow: Dataflow,
  startReader: () => StepReader,
  isGone: () => boolean,
): Promise<void> {
  let done = 0;
  let reader: StepReader | undefined;
  try {
    reader = startReader();
    for (const batch of toBatches(nodes, dataflow)) {
      const readings = await reader.read(batch.map(dataflow.textsOf));
      if (isGone()) return;
      for (const [index, node] of batch.entries()) {
        const reading = readings[index];
        if (!reading) throw new Error("The worker has left a step out.");
        dataflow.primeStep(node, reading);
      }
      done += batch.length;
    }
  } catch {
    await readInSlices(nodes.slice(done), dataflow, isGone);
  } finally {
    reader?.stop();
  }
}

function* toBatches(nodes: readonly StepNode[], { measureTexts }: Dataflow): Generator<readonly StepNode[]> {
  let batch: StepNode[] = [];
  let letters = 0;
  for (const node of nodes) {
    batch.push(node);
    letters += measureTexts(node);
    if (letters < BATCH_LETTERS && batch.length < BATCH_STEPS) continue;
    yield batch;
    batch = [];
    letters = 0;
  }
  if (batch.length > 0) yield batch;
}

async function readInSlices(
  nodes: readonly StepNode[],
  { readStep }: Dataflow,
  isGone: () => boolean,
): Promise<void> {
  let end = performance.now() + SLICE_MS;
  for (const node of nodes) {
    readStep(node);
    if (performance.now() < end) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (isGone()) return;
    end = performance.now() + SLICE_MS;
  }
}
