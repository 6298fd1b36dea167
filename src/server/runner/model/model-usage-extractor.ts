import type { MetadataExtractor } from "@ai-sdk/openai-compatible";
import { isJsonObject } from "#core/json/json.ts";

/** Reads the cost, if the provider reports one, and the model's name from response chunks; the SDK omits these. */
export function createModelUsageExtractor() {
  let cost: number | undefined;
  let model: string | undefined;
  const read = (chunk: unknown): void => {
    if (!isJsonObject(chunk)) return;
    const { usage } = chunk;
    if (typeof chunk["model"] === "string" && chunk["model"] !== "") model = chunk["model"];
    if (!isJsonObject(usage)) return;
    const reported = Number(usage["cost"] ?? usage["total_cost"] ?? NaN);
    if (Number.isFinite(reported) && reported >= 0) cost = reported;
  };
  const extractor: MetadataExtractor = {
    extractMetadata: async ({ parsedBody }) => {
      read(parsedBody);
      return undefined;
    },
    createStreamExtractor: () => ({ processChunk: read, buildMetadata: () => undefined }),
  };
  return { extractor, cost: () => cost, model: () => model };
}
