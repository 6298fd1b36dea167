import type { Change } from "@codemirror/merge";
import { useEffect, useMemo, useState } from "react";
import { compareAside } from "./compare-aside.ts";
import { compareLines } from "./compare-lines.ts";

/** Where two texts differ, as far as that is known. */
export type TextChanges =
  | { readonly type: "comparing" }
  | { readonly type: "known"; readonly changes: readonly Change[] }
  | { readonly type: "failed"; readonly onRetry: () => void };

/** Letters of both texts up to which they are compared at once: a few milliseconds of work. */
const COMPARED_AT_ONCE = 30_000;

interface Answer {
  readonly question: object;
  /** Undefined where they could not be compared. */
  readonly changes: readonly Change[] | undefined;
}

/** Compares two texts: short ones here, long ones in a worker, so that the page is not held up. */
export function useTextChanges(before: string, after: string): TextChanges {
  const [tries, setTries] = useState(1);
  const question = useMemo(() => ({ before, after, tries }), [before, after, tries]);
  const [answer, setAnswer] = useState<Answer>();
  const isShort = before.length + after.length <= COMPARED_AT_ONCE;
  const atOnce = useMemo(() => (isShort ? compareLines(before, after) : undefined), [isShort, before, after]);
  // A worker lives outside of React, for as long as its answer is wanted.
  useEffect(() => {
    if (isShort) return;
    const leaving = new AbortController();
    const tell = (changes: readonly Change[] | undefined) => {
      if (!leaving.signal.aborted) setAnswer({ question, changes });
    };
    compareAside(question, leaving.signal).then(tell, () => tell(undefined));
    return () => leaving.abort();
  }, [isShort, question]);

  return useMemo((): TextChanges => {
    if (atOnce) return { type: "known", changes: atOnce };
    if (answer?.question !== question) return { type: "comparing" };
    if (answer.changes) return { type: "known", changes: answer.changes };
    return { type: "failed", onRetry: () => setTries((count) => count + 1) };
  }, [atOnce, answer, question]);
}
