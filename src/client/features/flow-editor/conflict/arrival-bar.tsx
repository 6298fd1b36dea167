import { useEffect, useState } from "react";
import { type Arrival, findArrival } from "#client/document/arrival.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import type { Problem } from "#core/dataflow/problem.ts";
import { lazyPart } from "#client/ui/lazy-part.tsx";

const ArrivalSummary = lazyPart(
  async () => (await import("#client/features/flow-editor/save-parts.tsx")).ArrivalSummary,
);

type ArrivalBarProps = { readonly onUndo: () => void; readonly onGoTo: (problem: Problem) => void };

/** What came in from elsewhere, from then until the next edit or undo; it has no clock. */
export function ArrivalBar(props: ArrivalBarProps) {
  const openFlow = useOpenFlow();
  const arrival = useOpenFlowState(findArrival);
  const [over, setOver] = useState<Arrival>();
  // An edit that is undone leaves the flow as it was, but what came before it is no news any more.
  useEffect(
    () =>
      openFlow.subscribe((state, before) => {
        const was = findArrival(before);
        if (was && findArrival(state) !== was) setOver(was);
      }),
    [openFlow],
  );
  if (!arrival || arrival === over) return null;
  return <ArrivalSummary {...props} arrival={arrival} onDismiss={() => setOver(arrival)} />;
}

/** It is needed when somebody else has saved, and the network may be gone by then. */
ArrivalBar.preload = ArrivalSummary.preload;
