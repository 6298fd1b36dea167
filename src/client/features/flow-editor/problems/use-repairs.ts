import { useEffect, useState } from "react";
import type { Repair } from "#core/dataflow/find-repairs.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { useEditor, useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import { runUnpressed } from "#client/ui/pointer-press.ts";
import { findRepairsNow } from "./mend-problem.ts";

const NONE: readonly Repair[] = [];

/**
 * The repairs of a problem, once they are found: each is tried on the whole flow, so they are looked for one problem
 * after the other, and only while `isWanted`.
 */
export function useRepairs(problem: Problem, isWanted: boolean): readonly Repair[] {
  const editor = useEditor();
  const analysis = useFlowProblems((state) => state.analysis);
  const [repairs, setRepairs] = useState(NONE);

  // The work waits for its turn outside of React, and what it finds depends on the whole flow, which every analysis renews.
  useEffect(() => {
    if (!isWanted || !analysis) return;
    return runInTurn(() => setRepairs(findRepairsNow(editor, problem)));
  }, [editor, analysis, problem, isWanted]);
  return repairs;
}

const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Runs tasks one by one, with room for the page between them. Returns what takes the task back. */
function runInTurn(task: () => void): () => void {
  waiting.add(task);
  timer ??= setTimeout(runNext);
  return () => void waiting.delete(task);
}

/** What is found makes room for itself on the page. */
const runNext = () => void runUnpressed(runFirst);

function runFirst(): void {
  const [task] = waiting;
  timer = undefined;
  if (!task) return;
  waiting.delete(task);
  task();
  if (waiting.size > 0) timer = setTimeout(runNext);
}
