import type { Response } from "undici";
import { StepFailure } from "#server/runner/step-failure.ts";

const ANSWER_LIMIT = 5 * 1024 * 1024;

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Reads no more than a variable can hold, unpacked. */
export async function readAnswer(response: Response, signal: AbortSignal): Promise<HttpAnswer> {
  const contentType = response.headers.get("content-type") ?? "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      const bytes = chunk as Uint8Array;
      length += bytes.length;
      // Leaving the loop ends the connection.
      if (length > ANSWER_LIMIT) {
        throw new StepFailure("The answer is larger than 5 MB, or never ends; reading it was stopped.");
      }
      chunks.push(bytes);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StepFailure) throw error;
    throw new StepFailure("The connection was lost while the answer was read.");
  }
  return { status: response.status, contentType, text: decode(Buffer.concat(chunks), contentType) };
}

function decode(bytes: Uint8Array, contentType: string): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
