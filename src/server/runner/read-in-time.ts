import { type TimeLimit, TooSlow, limitTime } from "#core/references/time-limit.ts";
import { StepFailure } from "./step-failure.ts";

/** Reads a text of a flow on the server's own thread, which nobody may hold up. */
export function readInTime<T>(text: string, read: (limit: TimeLimit) => T): T {
  try {
    return read(limitTime(text, Date.now));
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    throw new StepFailure("A text of this step takes too long to be read: make it shorter or simpler.");
  }
}
