import type { Response } from "undici";
import type { TemporaryRunMemory } from "#server/runner/run-memory.ts";
import { RUN_LIMITS } from "#server/domain/run-limits.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

export interface StepHttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Received chunks, the whole of them, and their text. */
const COPIES_WHILE_READING = 3;

/** Up to 5 MB after decompression, charged to `memory`. Throws a `StepFailure`. */
export async function readStepHttpResponse(
  response: Response,
  signal: AbortSignal,
  memory: Pick<TemporaryRunMemory, "take">,
): Promise<StepHttpResponse> {
  const contentType = response.headers.get("content-type") ?? "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      const bytes = chunk as Uint8Array;
      length += bytes.length;
      if (length > RUN_LIMITS.httpAnswerBytes) {
        throw new StepFailure("The response exceeds 5 MB.");
      }
      await memory.take(bytes.length * COPIES_WHILE_READING, signal);
      chunks.push(bytes);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StepFailure) throw error;
    throw new StepFailure("The connection was lost during the response.");
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
