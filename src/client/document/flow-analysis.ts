import { createStore } from "zustand/vanilla";
import type { Analysis } from "#core/dataflow/analyse.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { FlowReads } from "#core/dataflow/resolve-reads.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { Dataflow } from "./dataflow.ts";
import type { OpenFlow } from "./open-flow.ts";

export interface FlowAnalysisState {
  /** Of the document as it is, or was a moment ago; undefined until the code for it has come. */
  readonly analysis: Analysis | undefined;
  readonly problemsByStep: ReadonlyMap<StepKey, readonly Problem[]>;
}

/** Between tries to get the code, in milliseconds. */
const RETRY_MS = 5000;

/**
 * Knows what the open flow means, a moment after each edit: the edit itself is on the page first. Its code, which holds
 * the parsers, is loaded once the editor is there.
 */
export function createFlowAnalysis(openFlow: OpenFlow) {
  const store = createStore<FlowAnalysisState>(() => ({ analysis: undefined, problemsByStep: new Map() }));
  let dataflow: Dataflow | undefined;
  let base: { readonly document: FlowDocument; readonly reads: FlowReads } | undefined;

  const readsOfBase = ({ readsOf }: Dataflow): FlowReads => {
    const { base: document } = openFlow.getState();
    if (base?.document !== document) base = { document, reads: readsOf(document) };
    return base.reads;
  };

  const update = () => {
    const { document } = openFlow.getState().history;
    if (!dataflow || store.getState().analysis?.document === document) return;
    const isEdited = document !== openFlow.getState().base;
    const analysis = dataflow.analyse(document, isEdited ? readsOfBase(dataflow) : undefined);
    store.setState({ analysis, problemsByStep: groupByStep(analysis.problems) });
  };

  return {
    ...store,

    /** Both the code and the analysis of the document as it is now; undefined until the code has come. */
    now: (): { readonly dataflow: Dataflow; readonly analysis: Analysis } | undefined => {
      update();
      const { analysis } = store.getState();
      return dataflow && analysis ? { dataflow, analysis } : undefined;
    },

    /** Follows the open flow until the returned function is called. */
    connect: () => {
      let isGone = false;
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
        // After the next paint: a frame, then whatever else waits for it.
        requestAnimationFrame(() => {
          clearTimeout(timer);
          timer = setTimeout(update);
        });
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

function groupByStep(problems: readonly Problem[]): ReadonlyMap<StepKey, readonly Problem[]> {
  const groups = new Map<StepKey, Problem[]>();
  for (const problem of problems) {
    if (problem.step === undefined) continue;
    const known = groups.get(problem.step);
    if (known) known.push(problem);
    else groups.set(problem.step, [problem]);
  }
  return groups;
}
