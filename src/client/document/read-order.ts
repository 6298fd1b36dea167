import type { Flow } from "#contract/flow.ts";

/** What is known of an answer, besides what it says. */
export interface Notice {
  readonly isOpening?: boolean;
  /** It was asked for after all that is known here was learnt. */
  readonly isCurrent?: boolean;
  /** Whether something is being done on the page that is no edit yet. */
  readonly isHeld?: () => boolean;
  /** When the server was asked, by `performance.now()`. */
  readonly askedAt?: number | undefined;
}

/** What a page makes of the server's flow: nothing new, taken in, or said to be there. */
export type Noticed = "same" | "adopted" | "behind";

/**
 * Answers may come in another order than that in which they were given. Here is kept when the newest of what is known was
 * learnt: what was asked for after that cannot be overtaken.
 */
export function createReadOrder() {
  let learntAt = performance.now();
  const isLater = (askedAt: number | undefined) => askedAt !== undefined && askedAt > learntAt;
  return {
    learn: () => {
      learntAt = performance.now();
    },

    /** It may say less than is known. False where nobody knows when it was asked for. */
    isOvertaken: (askedAt: number | undefined) => askedAt !== undefined && !isLater(askedAt),

    /**
     * The server has gone back to an older version than one that it is known to have held, as where a backup was put back.
     * Dates say no such thing: they hang on clocks, and copies of another server's store may lag behind.
     */
    isPutBack: (answer: Flow, known: Flow, askedAt: number | undefined) =>
      isLater(askedAt) &&
      answer.revision !== undefined &&
      known.revision !== undefined &&
      answer.revision < known.revision,
  };
}
