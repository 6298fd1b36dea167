import { useEffect, useRef } from "react";
import { useStore } from "zustand";
import { announceToScreenReaders, announcementStore } from "./announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

/** Mount once at start: screen readers do not read a live region that appears with its text. */
export function Announcer() {
  const { polite, assertive } = useStore(announcementStore);
  return (
    <>
      <div aria-live="polite" aria-atomic="true" className="sr-only [contain:strict]">
        {polite}
      </div>
      <div aria-live="assertive" aria-atomic="true" className="sr-only [contain:strict]">
        {assertive}
      </div>
    </>
  );
}

interface SearchResults {
  /** Singular noun for a row, for example “flow”. */
  readonly noun: string;
  /** The search text; undefined if no search is active. */
  readonly question: string | undefined;
  readonly isLoaded: boolean;
  readonly count: number;
  readonly hasMore?: boolean;
}

/** Announces the results once per search: rows that appear or disappear later are not a new result. */
export function useAnnounceSearchResults({ noun, question, isLoaded, count, hasMore }: SearchResults): void {
  const announced = useRef<string>(undefined);
  useEffect(() => {
    if (question === undefined) announced.current = undefined;
    if (question === undefined || !isLoaded || announced.current === question) return;
    announced.current = question;
    if (count === 0) announceToScreenReaders(`No matching ${noun}s.`);
    else announceToScreenReaders(`${hasMore ? "More than " : ""}${formatCount(count, noun)} found.`);
  }, [question, isLoaded, noun, count, hasMore]);
}
