import { cutText } from "#server/cut-text.ts";

/** Characters of an error, and of a prompt, that a run tells: many steps may have some. */
export const TOLD_LIMIT = { error: 10_000, prompt: 100_000 } as const;

/** Why a step failed, as a sentence for the person whose flow it is. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
}

/** Other errors may hold what nobody should see, such as a query with its values. */
export function describeFailure(error: unknown): string {
  if (error instanceof StepFailure) return error.message;
  return "The step broke off because of a fault in this server, whose log says more. Run it again, or tell whoever keeps the server.";
}

/** Other people's messages end in all ways. */
export function asSentence(text: string): string {
  const line = text.trim();
  return /[.!?…”]$/.test(line) ? line : `${line}.`;
}

/** The beginning of a text, for a message. */
export function beginning(text: string, length = 300): string {
  return cutText(text.trim(), length);
}
