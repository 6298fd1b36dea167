import type { JsonObject } from "#core/json.ts";
import { nameKey } from "#server/store/name-key.ts";
import { records } from "#server/store/schema.ts";
import type { Store } from "#server/store/store.ts";

/** A step that gives `value`. */
export function setStep(id: string, value: unknown): JsonObject {
  const config = { variableName: id, value: value as never };
  return { id, type: "set-variable", name: `Set ${id}`, config };
}

/** A step that gives what this JSON says, which may be what no flow may hold. */
export function jsonStep(id: string, json: string): JsonObject {
  return { id, type: "set-variable", name: `Set ${id}`, config: { variableName: id, json } };
}

export function waitStep(id: string, delayMs: number): JsonObject {
  return { id, type: "wait-until", name: `Wait ${id}`, config: { delayMs } };
}

/** A step that no server runs. */
export function failingStep(id: string): JsonObject {
  return { id, type: "crawl", name: `Crawl ${id}`, config: {} };
}

/** Puts records straight into the store; answers their ids in the order in which a batch takes them. */
export async function addRecords(store: Store, type: string, count: number): Promise<readonly string[]> {
  const rows = Array.from({ length: count }, (_, index) => {
    const name = `${type} ${index}`;
    const time = new Date(Date.parse("2026-01-01T00:00:00.000Z") + index);
    return {
      organizationId: "org_local",
      id: `record_${type}_${String(index).padStart(6, "0")}`,
      userId: "user_local",
      type,
      name,
      nameKey: nameKey(name),
      metadata: JSON.stringify({ index }),
      createdAt: time,
      updatedAt: time,
    };
  });
  for (let start = 0; start < rows.length; start += 1000)
    await store.write(async (tx) => void (await tx.insert(records).values(rows.slice(start, start + 1000))));
  return rows.map(({ id }) => id);
}
