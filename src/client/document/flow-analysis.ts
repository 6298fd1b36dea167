import { createStore } from "zustand/vanilla";
import type { Analysis } from "#core/dataflow/analyse.ts";
import type { FlowReads } from "#core/dataflow/resolve-reads.ts";
import type { FlowDocument, StepNode } from "#core/flow-document.ts";
import type { Dataflow } from "./dataflow.ts";
import type { OpenFlow } from "./open-flow.ts";
import { readAhead } from "./read-ahead.ts";
import { type StepReader, startStepReader } from "./step-reader.ts";

export interface FlowAnalysisState {
  /** Of the document as it is, or was a moment ago; undefined until the code for it has come. */
  readonly analysis: Analysis | undefined;
}

/** After the last edit, in milliseconds: of edits in quick succession only the last is followed. */
const REST_MS = 100;

/** Between tries to get the code, in milliseconds. */
const RETRY_MS = 5000;

/** Letters of unread texts up to which they are read at once: a few milliseconds of work. */
const READ_AT_ONCE = 30_000;

export interface FlowAnalysisOptions {
  /** What reads many steps off the main thread. */
  readonly startReader?: () => StepReader;
}

/**
 * Knows what the open flow means, a moment after each edit: the edit itself is on the page first. Its code, which holds
 * the parsers, is loaded once the editor is there. Where much is to be read first, as in a long flow that was just opened,
 * a worker does it, and the last analysis stands meanwhile.
 */
export function createFlowAnalysis(
  openFlow: OpenFlow,
  { startReader = startStepReader }: FlowAnalysisOptions = {},
) {
  const store = createStore<FlowAnalysisState>(() => ({ analysis: undefined }));
  let dataflow: Dataflow | undefined;
  let base: { readonly document: FlowDocument; readonly reads: FlowReads } | undefined;
  let isReading = false;
  let isGone = false;

  const readsOfBase = ({ readsOf }: Dataflow): FlowReads => {
    const { document } = openFlow.getState().history.base;
    if (base?.document !== document) base = { document, reads: readsOf(document) };
    return base.reads;
  };

  /** What is to be read before the open flow can be compared with what the server holds; none for a little. */
  const findLargeReading = ({ listUnread, measureTexts }: Dataflow): readonly StepNode[] => {
    const { history } = openFlow.getState();
    const held = history.base.document;
    const isHeldRead = held === history.document || held === base?.document;
    const unread = [...listUnread(history.document), ...(isHeldRead ? [] : listUnread(held))];
    let letters = 0;
    for (const node of unread) letters += measureTexts(node);
    return letters > READ_AT_ONCE ? [...new Set(unread)] : [];
  };

  const update = () => {
    const { document } = openFlow.getState().history;
    if (!dataflow || isReading || store.getState().analysis?.document === document) return;
    const unread = findLargeReading(dataflow);
    if (unread.length > 0) {
      isReading = true;
      void readAhead(unread, dataflow, startReader, () => isGone).finally(() => {
        isReading = false;
        // What was edited meanwhile may hold new texts.
        if (!isGone) update();
      });
      return;
    }
    const isEdited = document !== openFlow.getState().history.base.document;
    store.setState({ analysis: dataflow.analyse(document, isEdited ? readsOfBase(dataflow) : undefined) });
  };

  return {
    ...store,

    /** The code alone, for what is asked of the document without its problems; undefined at the same times as the analysis. */
    code: (): Dataflow | undefined =>
      dataflow && !isReading && findLargeReading(dataflow).length === 0 ? dataflow : undefined,

    /**
     * Both the code and the analysis of the document as it is now; undefined until the code has come, and while much is
     * being read.
     */
    now: (): { readonly dataflow: Dataflow; readonly analysis: Analysis } | undefined => {
      update();
      const { analysis } = store.getState();
      const isCurrent = analysis?.document === openFlow.getState().history.document;
      return dataflow && isCurrent ? { dataflow, analysis } : undefined;
    },

    /** Follows the open flow until the returned function is called. */
    connect: () => {
      isGone = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const load = () =>
        import("./dataflow.ts").then(
          (part) => {
            ({ dataflow } = part);
            if (!isGone) update();
          },
          // Without it the flow is edited as ever, and nothing is said of what it means.
          () => {
            if (!isGone) timer = setTimeout(() => void load(), RETRY_MS);
          },
        );
      void load();
      const unsubscribe = openFlow.subscribe(({ history }, { history: before }) => {
        if (history.document === before.document || !dataflow) return;
        clearTimeout(timer);
        timer = setTimeout(update, REST_MS);
      });
      return () => {
        isGone = true;
        clearTimeout(timer);
        unsubscribe();
      };
    },
  };
}

export type FlowAnalysis = ReturnType<typeof createFlowAnalysis>;
