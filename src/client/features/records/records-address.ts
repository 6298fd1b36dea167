/** What a page of records shows besides its type: what is searched for, and the record that is open. */
export interface RecordsSearch {
  readonly search?: string;
  readonly record?: string;
}

/** In place of an id: one that is about to be made. */
export const NEW_RECORD = "new";

export function readRecordsSearch({ search, record }: Record<string, unknown>): RecordsSearch {
  return { ...(isText(search) && { search }), ...(isText(record) && { record }) };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
