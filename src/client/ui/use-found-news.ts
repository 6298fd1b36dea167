import { useEffect, useRef } from "react";
import { announce } from "./announce.ts";
import { formatCount } from "./format-count.ts";

interface Found {
  /** What one row is called. */
  readonly noun: string;
  /** What was asked for; undefined where all rows are shown. */
  readonly question: string | undefined;
  /** The rows answer that question. */
  readonly isSettled: boolean;
  readonly count: number;
  /** There are more than those. */
  readonly hasMore?: boolean;
}

/**
 * Rows that changed under a question are seen; those who do not see them are told how many there are. Told once per answer
 * to a question: that a row comes or goes later is no answer.
 */
export function useFoundNews({ noun, question, isSettled, count, hasMore }: Found): void {
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (question === undefined) told.current = undefined;
    if (question === undefined || !isSettled || told.current === question) return;
    told.current = question;
    if (count === 0) announce(`No ${noun} matches.`);
    else announce(`${hasMore ? "More than " : ""}${formatCount(count, noun)} found.`);
  }, [question, isSettled, noun, count, hasMore]);
}
