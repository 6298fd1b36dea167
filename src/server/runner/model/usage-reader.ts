import type { MetadataExtractor } from "@ai-sdk/openai-compatible";
import { isJsonObject } from "#core/json/json.ts";

/** Reads the cost, if the provider reports one, and the model's name from response chunks; the SDK omits these. */
export function createModelUsageExtractor() {
  let cost: number | undefined;
  let model: string | undefined;
  const read = (piece: unknown): void => {
    if (!isJsonObject(piece)) return;
    const { usage } = piece;
    if (typeof piece["model"] === "string" && piece["model"] !== "") model = piece["model"];
    if (!isJsonObject(usage)) return;
    const said = Number(usage["cost"] ?? usage["total_cost"] ?? NaN);
    if (Number.isFinite(said) && said >= 0) cost = said;
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
