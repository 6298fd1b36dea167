import { createStore } from "zustand/vanilla";
import type { FlowAnalysisResult } from "#core/dataflow/analyze.ts";
import type { ResolvedVariableReadsByStep } from "#core/dataflow/resolve-reads.ts";
import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import type { StepParseResult, StepParseInput } from "#core/dataflow/parse-step-texts.ts";
import { callWorker } from "#client/data/worker-calls.ts";
import type { DataflowAnalyzer } from "./dataflow.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";

export interface FlowAnalysisServiceState {
  readonly analysis: FlowAnalysisResult | undefined;
}

/** Debounce delay after an edit, in milliseconds. */
const REST_MS = 100;

const RETRY_MS = 5000;

/** Maximum numbers of unparsed characters and steps to parse synchronously, which takes a few milliseconds. */
const MAX_SYNC_CHARACTERS = 30_000;
const MAX_SYNC_STEPS = 100;

export interface FlowAnalysisServiceOptions {
  readonly startReader?: () => StepParserWorker;
}

/** Debounced. A worker parses long flows; the previous analysis stays visible until it is done. */
export function createFlowAnalysisService(
  openFlow: OpenFlow,
  { startReader = startStepParserWorker }: FlowAnalysisServiceOptions = {},
) {
  const store = createStore<FlowAnalysisServiceState>(() => ({ analysis: undefined }));
  let dataflow: DataflowAnalyzer | undefined;
  let base: { readonly document: FlowDocument; readonly reads: ResolvedVariableReadsByStep } | undefined;
  let isReading = false;
  let isLoadingReaders = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isGone = false;
  let running: Generator<undefined, FlowAnalysisResult> | undefined;

  const readsOfBase = ({ readsOf }: DataflowAnalyzer): ResolvedVariableReadsByStep => {
    const { document } = openFlow.getState().history.base;
    if (base?.document !== document) base = { document, reads: readsOf(document) };
    return base.reads;
  };

  /** Returns the steps that are not parsed yet if parsing them would block the page, otherwise none. */
  const findLargeReading = ({ listUnread, measureTexts }: DataflowAnalyzer): readonly StepNode[] => {
    const { history } = openFlow.getState();
    const baseDocument = history.base.document;
    const isBaseParsed = baseDocument === history.document || baseDocument === base?.document;
    const unread = [...listUnread(history.document), ...(isBaseParsed ? [] : listUnread(baseDocument))];
    let characterCount = 0;
    for (const node of unread) characterCount += measureTexts(node);
    const isLarge = characterCount > MAX_SYNC_CHARACTERS || unread.length > MAX_SYNC_STEPS;
    return isLarge ? [...new Set(unread)] : [];
  };

  const documentsInUse = (): readonly FlowDocument[] => {
    const { document, base: saved } = openFlow.getState().history;
    return [document, saved.document];
  };

  /** Whether the parsers of all texts in use are loaded. Otherwise starts to load them. */
  const hasReaders = ({ listMissingLanguages, loadTextReaders }: DataflowAnalyzer): boolean => {
    if (isLoadingReaders) return false;
    if (listMissingLanguages(documentsInUse()).length === 0) return true;
    isLoadingReaders = true;
    const updateAfter = (delayMs: number) => () => {
      isLoadingReaders = false;
      clearTimeout(timer);
      if (!isGone) timer = setTimeout(() => update(), delayMs);
    };
    loadTextReaders(documentsInUse).then(updateAfter(0), updateAfter(RETRY_MS));
    return false;
  };

  /**
   * Works for about `sliceMs`, then lets the page answer input. The first analysis of 1,000 steps would block a slow page;
   * later ones take a tenth of its time.
   */
  const proceed = (phases: Generator<undefined, FlowAnalysisResult>, sliceMs: number) => {
    if (isGone || running !== phases) return;
    const end = performance.now() + sliceMs;
    let phase = phases.next();
    while (!phase.done && performance.now() < end) phase = phases.next();
    if (!phase.done) return void setTimeout(proceed, 0, phases, sliceMs);
    const { value } = phase;
    const publish = () => isGone || running !== phases || store.setState({ analysis: value });
    // In a task of its own, which renders the problems of the rows in view.
    if (sliceMs === Infinity) publish();
    else setTimeout(publish);
  };

  const update = (sliceMs = store.getState().analysis ? Infinity : SLICE_MS) => {
    const { document } = openFlow.getState().history;
    if (!dataflow || isReading || store.getState().analysis?.document === document) return;
    if (!hasReaders(dataflow)) return;
    const unread = findLargeReading(dataflow);
    if (unread.length > 0) {
      isReading = true;
      void readAhead(unread, dataflow, startReader, () => isGone).finally(() => {
        isReading = false;
        if (!isGone) update();
      });
      return;
    }
    const isEdited = document !== openFlow.getState().history.base.document;
    const analyzer = dataflow;
    running = dataflow.analyzeInPhases(document, {
      readSince: isEdited ? () => readsOfBase(analyzer) : undefined,
      isFirst: store.getState().analysis === undefined,
    });
    proceed(running, sliceMs);
  };

  return {
    ...store,

    /** Undefined until loaded, and while a long text is not parsed yet or a parser is loaded. */
    code: (): DataflowAnalyzer | undefined =>
      dataflow && !isReading && hasReaders(dataflow) && findLargeReading(dataflow).length === 0
        ? dataflow
        : undefined,

    /** Synchronous; undefined until the code is loaded and while a parser is loaded or a worker parses. */
    now: (): { readonly dataflow: DataflowAnalyzer; readonly analysis: FlowAnalysisResult } | undefined => {
      update(Infinity);
      const { analysis } = store.getState();
      const isCurrent = analysis?.document === openFlow.getState().history.document;
      return dataflow && isCurrent && hasReaders(dataflow) ? { dataflow, analysis } : undefined;
    },

    connect: () => {
      isGone = false;
      const load = () =>
        import("./dataflow.ts").then(
          (part) => {
            dataflow = part.dataflowAnalyzer;
            if (!isGone) timer = setTimeout(() => update());
          },
          () => {
            if (!isGone) timer = setTimeout(() => void load(), RETRY_MS);
          },
        );
      void load();
      const unsubscribe = openFlow.subscribe(({ history }, { history: before }) => {
        if (history.document === before.document || !dataflow) return;
        clearTimeout(timer);
        timer = setTimeout(() => update(), REST_MS);
      });
      return () => {
        isGone = true;
        clearTimeout(timer);
        unsubscribe();
      };
    },
  };
}

export type FlowAnalysisService = ReturnType<typeof createFlowAnalysisService>;

/** Maximum number of characters per message to the worker: larger messages take long to copy. */
const MAX_BATCH_CHARACTERS = 60_000;
const MAX_BATCH_STEPS = 200;
const SLICE_MS = 8;

/** In short slices if the worker fails. Stops once `isGone` returns true. */
async function readAhead(
  nodes: readonly StepNode[],
  dataflow: DataflowAnalyzer,
  startReader: () => StepParserWorker,
  isGone: () => boolean,
): Promise<void> {
  let done = 0;
  let reader: StepParserWorker | undefined;
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

function* toBatches(
  nodes: readonly StepNode[],
  { measureTexts }: DataflowAnalyzer,
): Generator<readonly StepNode[]> {
  let batch: StepNode[] = [];
  let characterCount = 0;
  for (const node of nodes) {
    batch.push(node);
    characterCount += measureTexts(node);
    if (characterCount < MAX_BATCH_CHARACTERS && batch.length < MAX_BATCH_STEPS) continue;
    yield batch;
    batch = [];
    characterCount = 0;
  }
  if (batch.length > 0) yield batch;
}

async function readInSlices(
  nodes: readonly StepNode[],
  { readStep }: DataflowAnalyzer,
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

/** Parses step texts in a worker, one batch at a time. */
export interface StepParserWorker {
  readonly read: (batch: readonly StepParseInput[]) => Promise<readonly StepParseResult[]>;
  readonly stop: () => void;
}

const PATIENCE_MS = 10_000;

function startStepParserWorker(): StepParserWorker {
  const worker = new Worker(new URL("./step-reader.worker.ts", import.meta.url), { type: "module" });
  return {
    read: (batch) => callWorker(worker, batch, { timeLimitMs: PATIENCE_MS }),
    stop: () => worker.terminate(),
  };
}
