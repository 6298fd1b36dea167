import type { JsonObject } from "#core/json/json.ts";
import { normalizeNameForSearch } from "#server/store/normalize-name-for-search.ts";
import { recordsTable } from "#server/store/tables.ts";
import type { Store } from "#server/store/store.ts";

export function createSetVariableStep(id: string, value: unknown): JsonObject {
  const config = { variableName: id, value: value as never };
  return { id, type: "set-variable", name: `Set ${id}`, config };
}

/** Creates a step that outputs the value of a JSON text, which may contain characters that a flow cannot store. */
export function createStepThatOutputsJson(id: string, json: string): JsonObject {
  return { id, type: "set-variable", name: `Set ${id}`, config: { variableName: id, json } };
}

export function createWaitStep(id: string, delayMs: number): JsonObject {
  return { id, type: "wait-until", name: `Wait ${id}`, config: { delayMs } };
}

export function createFailingStep(id: string): JsonObject {
  return { id, type: "crawl", name: `Crawl ${id}`, config: {} };
}

export async function insertTestRecords(
  store: Store,
  type: string,
  count: number,
): Promise<readonly string[]> {
  const rows = Array.from({ length: count }, (_, index) => {
    const name = `${type} ${index}`;
    const time = new Date(Date.parse("2026-01-01T00:00:00.000Z") + index);
    return {
      organizationId: "org_local",
      id: `record_${type}_${String(index).padStart(6, "0")}`,
      userId: "user_local",
      type,
      name,
      nameKey: normalizeNameForSearch(name),
      metadata: JSON.stringify({ index }),
      createdAt: time,
      updatedAt: time,
    };
  });
  for (let start = 0; start < rows.length; start += 1000)
    await store.write(
      async (tx) => void (await tx.insert(recordsTable).values(rows.slice(start, start + 1000))),
    );
  return rows.map(({ id }) => id);
}
