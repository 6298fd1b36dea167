export interface CursorPage<Row> {
  readonly data: readonly Row[];
  readonly pagination?:
    | { readonly hasMore?: boolean | undefined; readonly nextCursor?: string | null | undefined }
    | undefined;
}

export interface ReadPage<Row> {
  /** The rows of the page that no earlier page has. */
  readonly rows: readonly Row[];
  /** Whether the list ends with this page although the server reports more rows. */
  readonly isCutShort: boolean;
}

/** `read` gets a cursor, "" for the first page. Ends at repeated cursors and pages without a new row. */
export async function* readAllPages<Row>(
  read: (cursor: string) => Promise<CursorPage<Row>>,
  getId: (row: Row) => string,
): AsyncGenerator<ReadPage<Row>, void> {
  const cursors = new Set<string>();
  const ids = new Set<string>();
  for (let cursor: string | null = ""; cursor !== null;) {
    cursors.add(cursor);
    const { data, pagination } = await read(cursor);
    const rows = data.filter((row) => ids.size < ids.add(getId(row)).size);
    const next: string | null = pagination?.nextCursor ?? null;
    const hasMore = pagination?.hasMore ?? next !== null;
    const isCutShort = hasMore && (next === null || cursors.has(next) || rows.length === 0);
    yield { rows, isCutShort };
    cursor = hasMore && !isCutShort ? next : null;
  }
}

interface OffsetPage<Row> {
  readonly data: readonly Row[];
  readonly pagination: { readonly hasMore: boolean };
}

/** Reads all rows of a list that has offsets in place of cursors. */
export async function* readAllOffsetPages<Row extends { readonly id: string }>(
  read: (offset: string) => Promise<OffsetPage<Row>>,
): AsyncGenerator<readonly Row[], void> {
  const readAtOffset = async (offset: string) => {
    const { data, pagination } = await read(offset || "0");
    const nextCursor = pagination.hasMore ? String(Number(offset) + data.length) : null;
    return { data, pagination: { nextCursor } };
  };
  for await (const { rows } of readAllPages(readAtOffset, ({ id }) => id)) yield rows;
}
