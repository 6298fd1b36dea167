import { useStore } from "zustand";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";

const LastRunMark = lazyPart(
  async () => (await import("#client/features/flow-editor/runs/last-run-mark.tsx")).LastRunMark,
  // The Runs tab says it too.
  { onFail: () => undefined },
);

/** Nothing for a step that never ran, or whose runs are forgotten. */
export function StepLastRun({ id }: { readonly id: string }) {
  const run = useStore(useEditor().lastRuns, ({ byStep }) => byStep.get(id));
  return run && <LastRunMark run={run} />;
}
