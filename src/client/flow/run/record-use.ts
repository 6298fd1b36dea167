import type { RecordReadByStep } from "#core/dataflow/list-record-reads.ts";
import { isJsonObject } from "#core/json/json.ts";

/** The parts of its record that a flow reads: none, those that every record has, or metadata fields by name. */
export type RecordUse =
  | { readonly type: "nothing" | "anyRecord" }
  | { readonly type: "fields"; readonly names: readonly string[] };

/** `inputs`: names of the variables that a run reads from the metadata of its record. */
export function findRecordUse(
  inputs: readonly string[],
  recordReads: readonly RecordReadByStep[],
): RecordUse {
  const names = new Set(inputs);
  for (const { reference } of recordReads) {
    const [part, field] = reference?.path ?? [];
    if (part !== "metadata" || field === undefined) return { type: "anyRecord" };
    names.add(field);
  }
  return names.size === 0 ? { type: "nothing" } : { type: "fields", names: [...names] };
}

export function hasReadField(use: RecordUse, metadata: unknown): boolean {
  if (use.type !== "fields") return use.type === "anyRecord";
  return isJsonObject(metadata) && use.names.some((name) => Object.hasOwn(metadata, name));
}
