import { setTimeout as wait } from "node:timers/promises";
import type { Store } from "#server/store/store.ts";
import {
  type StepIndexEntry,
  type UnindexedFlow,
  claimUnindexedFlow,
  countUnindexedFlows,
  ensureStepTerms,
  findUnindexedFlow,
  writeStepIndexEntry,
} from "#server/store/step-index-entry.ts";
import type { BackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { parseStepsJson } from "#server/flows/normalize-step-order.ts";
import { buildFlowIndex, toStepIndexEntry } from "./index-entry.ts";
import { createIndexTextParser, prepareStepContents } from "./index-text-parser.ts";

/** Each commit costs a sync, and the embedded store serves no request during a transaction. */
const BATCH = { flows: 4, characters: 40_000 } as const;

/** Rest after each batch, so that requests are served, as a multiple of the time that the batch took. */
const REST_FACTOR = 1;

/** Milliseconds between two searches for flows that a server of an older version wrote. */
const LOOK_MS = 30_000;

type IndexWriter = Pick<Store, "database" | "write">;

/** Stores no progress: after a crash, the next call finds the remaining flows. */
export async function fillStepIndex(
  store: IndexWriter,
  parser: BackgroundTextParser,
  signal: AbortSignal,
  onProgress: (added: number, total: number) => void = () => undefined,
): Promise<number> {
  let added = 0;
  let total = 0;
  let last: UnindexedFlow | undefined;
  while (!signal.aborted) {
    const started = performance.now();
    const batch = await prepareBatch(store, parser, last);
    if (batch.flows.length > 0) {
      if (total === 0) total = await countUnindexedFlows(store.database);
      added += await writeBatch(store, batch.flows);
      onProgress(added, Math.max(added, total));
    }
    if (batch.last === undefined) return added;
    last = batch.last;
    await wait((performance.now() - started) * REST_FACTOR, undefined, { ref: false });
  }
  return added;
}

interface PreparedFlow {
  readonly flow: UnindexedFlow;
  readonly entry: StepIndexEntry;
}

async function prepareBatch(
  { database }: IndexWriter,
  parser: BackgroundTextParser,
  after: UnindexedFlow | undefined,
): Promise<{ readonly flows: readonly PreparedFlow[]; readonly last: UnindexedFlow | undefined }> {
  const flows: PreparedFlow[] = [];
  let last = after;
  let characters = 0;
  for (let count = 0; count < BATCH.flows && characters < BATCH.characters; count += 1) {
    const flow = await findUnindexedFlow(database, last);
    if (!flow) return { flows, last: undefined };
    last = flow;
    characters += flow.steps.length;
    const steps = parseStepsJson(flow.steps);
    const contents = await prepareStepContents(parser, steps);
    const index = buildFlowIndex(steps, typeof contents === "string" ? undefined : contents);
    flows.push({ flow, entry: toStepIndexEntry(index) });
  }
  return { flows, last };
}

async function writeBatch(store: IndexWriter, batch: readonly PreparedFlow[]): Promise<number> {
  // Adds the terms in transactions of their own: in one with several flows, transactions could wait for each other.
  for (const organizationId of new Set(batch.map(({ flow }) => flow.organizationId))) {
    const own = batch.filter(({ flow }) => flow.organizationId === organizationId);
    const terms = own.flatMap(({ entry }) => entry.terms);
    await store.write((tx) => ensureStepTerms(tx, organizationId, terms));
  }
  return store.write(async (tx) => {
    let added = 0;
    for (const { flow, entry } of batch) {
      if (!(await claimUnindexedFlow(tx, flow))) continue;
      const place = { organizationId: flow.organizationId, flowId: flow.id };
      await writeStepIndexEntry(tx, place, entry);
      added += 1;
    }
    return added;
  });
}

export interface StepIndexFiller {
  close(): Promise<void>;
}

/** Also from time to time: during a rolling upgrade, older servers write flows without the index. */
export function startStepIndexFiller(
  store: IndexWriter,
  {
    onProgress,
    onAdded,
    onError,
  }: {
    readonly onProgress: (added: number, total: number) => void;
    readonly onAdded: (flows: number) => void;
    readonly onError: (error: unknown) => void;
  },
): StepIndexFiller {
  const parser = createIndexTextParser();
  const ending = new AbortController();
  const run = async () => {
    while (!ending.signal.aborted) {
      try {
        const added = await fillStepIndex(store, parser, ending.signal, onProgress);
        if (added > 0) onAdded(added);
      } catch (error) {
        if (!ending.signal.aborted) onError(error);
      }
      await wait(LOOK_MS, undefined, { ref: false, signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    close: async () => {
      ending.abort();
      await running;
      await parser.close();
    },
  };
}
