/** Thrown out of a reader that has taken too long; whoever set the limit catches it. */
export class TooSlow extends Error {}

/** How long one text may take. Readers ask in every loop whose length hangs on the text. */
export interface TimeLimit {
  /** Throws {@link TooSlow} once the time is over. */
  readonly check: () => void;
  /** For those who caught an error that a parser made of {@link TooSlow}. */
  readonly isOver: () => boolean;
  /** A text so short that nobody looks at the clock. */
  readonly isIdle: boolean;
}

export const NO_LIMIT: TimeLimit = { check: () => undefined, isOver: () => false, isIdle: true };

/** In milliseconds. A megabyte of plain code takes a fraction of it, on a slow machine too. */
const LIMIT = 1000;
/** Texts up to this length are read without a look at the clock. */
const SHORT = 20_000;
/** Questions for each look at the clock. */
const STRIDE = 256;

export function limitTime(text: string, now: (() => number) | undefined): TimeLimit {
  if (!now || text.length <= SHORT) return NO_LIMIT;
  const end = now() + LIMIT;
  let asked = 0;
  let isOver = false;
  return {
    isIdle: false,
    isOver: () => isOver,
    check: () => {
      asked += 1;
      if (asked % STRIDE !== 0) return;
      isOver ||= now() > end;
      if (isOver) throw new TooSlow();
    },
  };
}
