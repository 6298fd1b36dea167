import type { MetadataExtractor } from "@ai-sdk/openai-compatible";
import { isJsonObject } from "#core/json.ts";

/** Reads what the SDK leaves out of an answer's pieces: what it cost, where the provider says so, and who gave it. */
export function createUsageReader() {
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
