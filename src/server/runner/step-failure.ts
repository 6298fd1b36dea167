/** Why a step failed, as a sentence for the person whose flow it is. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
}

/** For what is thrown by anything that a step touched. */
export function describeFailure(error: unknown): string {
  if (error instanceof StepFailure) return error.message;
  const said = error instanceof Error ? error.message : String(error);
  return `The step broke off with an error that was not expected: ${asSentence(said)}`;
}

/** Other people's messages end in all ways. */
export function asSentence(text: string): string {
  const line = text.trim();
  return /[.!?…”]$/.test(line) ? line : `${line}.`;
}

/** The beginning of a text, for a message. */
export function beginning(text: string, length = 300): string {
  const line = text.trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
