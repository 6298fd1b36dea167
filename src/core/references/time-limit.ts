/** The function that set the limit catches it and reports the text as unreadable. */
export class ParseTimeLimitError extends Error {}

/** Limits the time to parse one text. Parsers call `check` in every loop that depends on the length of the text. */
export interface ParseTimeLimit {
  readonly check: () => void;
  /** A third-party parser may replace the {@link ParseTimeLimitError} by its own error. */
  readonly isOver: () => boolean;
  readonly isUnlimited: boolean;
}

export const NO_PARSE_TIME_LIMIT: ParseTimeLimit = {
  check: () => undefined,
  isOver: () => false,
  isUnlimited: true,
};

/** Milliseconds per text. A megabyte of ordinary code takes a fraction of this. */
const LIMIT_MS = 1000;
/** Maximum length, in UTF-16 units, of texts without a time limit, because parsing a short text cannot take long. */
const SHORT_TEXT_LENGTH = 20_000;
/** Number of calls of `check` per reading of the clock, because reading the clock is slow. */
const CHECKS_PER_CLOCK_READ = 256;

export function createParseTimeLimit(text: string, now: (() => number) | undefined): ParseTimeLimit {
  if (!now || text.length <= SHORT_TEXT_LENGTH) return NO_PARSE_TIME_LIMIT;
  const end = now() + LIMIT_MS;
  let checkCount = 0;
  let isOver = false;
  return {
    isUnlimited: false,
    isOver: () => isOver,
    check: () => {
      checkCount += 1;
      if (checkCount % CHECKS_PER_CLOCK_READ !== 0) return;
      isOver ||= now() > end;
      if (isOver) throw new ParseTimeLimitError();
    },
  };
}
