import { useEffect, useState } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import type { FlowDocument } from "#core/flow-document.ts";

/** What is wrong with a flow, as far as that is known. */
export type OpenProblemsState =
  | { readonly type: "loading" }
  /** The code that knows could not be had: publishing does not hang on it. */
  | { readonly type: "unknown" }
  /** Worst first; notes are left out. */
  | { readonly type: "known"; readonly problems: readonly Problem[] };

type Answer = { readonly document: FlowDocument; readonly state: OpenProblemsState };

export function useOpenProblems(document: FlowDocument | undefined): OpenProblemsState {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    if (!document) return;
    let isGone = false;
    const tell = (state: OpenProblemsState) => isGone || setAnswer({ document, state });
    import("#client/document/dataflow.ts").then(
      ({ dataflow }) => tell({ type: "known", problems: listProblems(dataflow.analyse(document).problems) }),
      () => tell({ type: "unknown" }),
    );
    return () => {
      isGone = true;
    };
  }, [document]);
  return answer && answer.document === document ? answer.state : { type: "loading" };
}

function listProblems(problems: readonly Problem[]): readonly Problem[] {
  const told = problems.filter(({ severity }) => severity !== "info");
  return told.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}
