import { truncateTextForStore } from "#server/runs/run-service-dependencies.ts";

const MAX_LENGTH = 200;
/** Only the start of a message is read, so that a long one costs no time. */
const MAX_READ = 1000;

const EMAIL = /[^\s@“”"'<>]{1,64}@[^\s@“”"'<>]{1,253}/g;
const WORD = /[\p{L}\p{N}_-]+(?:[.:][\p{L}\p{N}_-]+)*/gu;
const PARTS = /[_.:-]/;
const MIN_ID_LENGTH = 8;
const SHORT_NUMBER = /^\d{1,3}$/;
/** A number after these words distinguishes one failure from another. */
const BEFORE_KEPT_NUMBER = /\b(?:responded with|status|code|HTTP|line) $/i;
const BEFORE_LENGTH = 16;

/** Replaces ids, numbers and addresses by “…”, which differ from run to run, so that equal failures have one text. */
export function normalizeFailureMessage(message: string): string {
  const line = message.slice(0, MAX_READ).replaceAll(/\s+/g, " ").trim();
  const text = line.replaceAll(EMAIL, "…").replaceAll(WORD, (word, offset: number, whole: string) => {
    if (/^\d/.test(word)) {
      const before = whole.slice(Math.max(0, offset - BEFORE_LENGTH), offset);
      return SHORT_NUMBER.test(word) && BEFORE_KEPT_NUMBER.test(before) ? word : "…";
    }
    return isId(word) ? "…" : word;
  });
  return truncateTextForStore(text, MAX_LENGTH);
}

/** Whether a part of the word is long and has a digit, unlike names such as `output_7` and `gpt-4o-mini`. */
function isId(word: string): boolean {
  return word.split(PARTS).some((part) => part.length >= MIN_ID_LENGTH && /\d/.test(part));
}
