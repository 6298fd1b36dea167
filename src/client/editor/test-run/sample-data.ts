import type { FlowAnalysisResult } from "#core/dataflow/analyze.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { findDuplicateJsonKey } from "#core/json/find-duplicate-key.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";

export type SampleDataReading =
  | { readonly type: "value"; readonly value: JsonObject }
  | { readonly type: "broken"; readonly message: string; readonly offset: number };

/** Parses the text of the sample data. Empty text means no sample data. */
export function parseSampleData(text: string): SampleDataReading {
  if (text.trim() === "") return { type: "value", value: {} };
  const reading = parseJsonText(text);
  if (reading.type === "broken") return reading;
  const duplicate = findDuplicateJsonKey(text);
  if (duplicate) {
    const message = `The key ${quoteName(duplicate.key)} occurs twice.`;
    return { type: "broken", message, offset: duplicate.offset };
  }
  if (isJsonObject(reading.value)) return { type: "value", value: reading.value };
  return { type: "broken", message: "Sample data must be a JSON object.", offset: 0 };
}

export interface SampleDataNames {
  readonly inputs: readonly string[];
  /** Fields of the record's metadata. */
  readonly fields: readonly string[];
}

/** Lists the names of the values that a run of the flow reads. */
export function listSampleDataNames({
  inputs,
  recordReads,
}: Pick<FlowAnalysisResult, "inputs" | "recordReads">): SampleDataNames {
  const fields = recordReads.flatMap(({ reference }) => {
    const [metadata, field] = reference?.path ?? [];
    return metadata === "metadata" && field !== undefined ? [field] : [];
  });
  return { inputs: inputs.map(({ name }) => name), fields: [...new Set(fields)] };
}
