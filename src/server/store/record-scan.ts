import { setImmediate as nextTurn } from "node:timers/promises";
import { type SQL, and, eq, inArray, sql } from "drizzle-orm";
import type { DatabaseReader } from "./database.ts";
import type { CompiledRecordFilter } from "./record-fields.ts";
import { recordsTable } from "./tables.ts";
import { buildNameSearchCondition, canUseTrigramIndex } from "./search.ts";

export interface RecordSelectionCriteria {
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly search?: string | undefined;
  readonly where?: CompiledRecordFilter | undefined;
}

export interface RecordListPosition {
  readonly value: string;
  readonly id: string;
}

export interface RecordScanOrder {
  readonly by: "updatedAt" | "createdAt";
  readonly isUp: boolean;
  readonly from: RecordListPosition | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RecordScanWindow {
  readonly where: SQL | undefined;
  readonly rows: readonly WindowRow[];
}

interface SizedRow {
  readonly id: string;
  readonly length: number;
}

interface WindowRow extends SizedRow {
  readonly at: Date;
}

export class FilterTooCostlyError extends Error {
  override readonly name = "FilterTooCostlyError";
}

/** Bytes: about 50 ms in the embedded store, which runs on the server's thread and cannot be interrupted. */
const WINDOW_COST = 4_000_000;
/** Bytes. A filter that reads more is refused, because a window contains at least one whole record. */
const RECORD_COST = 16_000_000;
/** In bytes: `read` for the condition that reads most (about 25 s embedded); `added` for all others (5 s). */
const SCAN_LIMITS = { read: 2_500_000_000, added: 500_000_000 };

interface ScanBounds {
  readonly most: number;
  readonly limits?: typeof SCAN_LIMITS;
}

const ROW_COST = 1_000;
const TEST_COST = 60;

/** Throws {@link FilterTooCostlyError}, or an `AbortError` if the client disconnects. */
export async function* scanRecordsInWindows(
  reader: DatabaseReader,
  organizationId: string,
  selection: RecordSelectionCriteria,
  { by, isUp, from, signal, most, limits = SCAN_LIMITS }: RecordScanOrder & ScanBounds,
): AsyncGenerator<RecordScanWindow> {
  const column = recordsTable[by];
  const sqlOrder = isUp ? sql`ASC` : sql`DESC`;
  const scanned = buildIndexedCondition(organizationId, selection);
  const filter = buildUnindexedCondition(selection);
  const costs = new ScanCosts(selection.where, limits);
  for (let last = from; ;) {
    if (signal?.aborted) throw new DOMException("The client disconnected.", "AbortError");
    const rows = await reader
      .select({ id: recordsTable.id, at: column, length: recordsTable.contentLength })
      .from(recordsTable)
      .where(and(scanned, last && isPast(by, isUp, last)))
      .orderBy(sql`${column} ${sqlOrder}`, sql`${recordsTable.id} ${sqlOrder}`)
      .limit(most);
    const window = cutWindow(rows, selection.where);
    const end = window.at(-1);
    if (!end) return;
    costs.add(window);
    const place = { value: end.at.toISOString(), id: end.id };
    // By position instead of ids: a record that is updated into the range meanwhile may be included.
    const range = and(scanned, last && isPast(by, isUp, last), sql`NOT ${isPast(by, isUp, place)}`, filter);
    yield { where: range, rows: window };
    if (window.length === rows.length && rows.length < most) return;
    last = place;
    await nextTurn();
  }
}

/** In their order. Limits the cost of several calls with the same `costs` together. */
export async function splitRecordIdsIntoWindows(
  reader: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
  costs: ScanCosts,
): Promise<readonly (readonly string[])[]> {
  const condition = and(eq(recordsTable.organizationId, organizationId), inArray(recordsTable.id, [...ids]));
  const rows = await reader
    .select({ id: recordsTable.id, length: recordsTable.contentLength })
    .from(recordsTable)
    .where(condition)
    .orderBy(recordsTable.id);
  const windows: (readonly string[])[] = [];
  for (let rest = rows; rest.length > 0;) {
    const window = cutWindow(rest, costs.filter);
    costs.add(window);
    windows.push(window.map(({ id }) => id));
    rest = rest.slice(window.length);
  }
  return windows;
}

/** Throws {@link FilterTooCostlyError} above the limits of a scan. */
export class ScanCosts {
  readonly filter: CompiledRecordFilter | undefined;
  readonly #limits: typeof SCAN_LIMITS;
  #read = 0;
  #added = 0;

  constructor(filter: CompiledRecordFilter | undefined, limits: typeof SCAN_LIMITS = SCAN_LIMITS) {
    this.filter = filter;
    this.#limits = limits;
  }

  add(window: readonly SizedRow[]): void {
    const { filter } = this;
    if (!filter) return;
    for (const row of window) {
      this.#read += costOfCondition(row, filter);
      this.#added += costOf(row, filter) - costOfCondition(row, filter);
    }
    if (this.#added > this.#limits.added) throw new FilterTooCostlyError(TOO_MANY_CONDITIONS);
    if (this.#read > this.#limits.read) throw new FilterTooCostlyError(TOO_MUCH_TEXT);
  }
}

/** Whether at least one condition has no index, so that the rows of a window still have to be filtered. */
export function hasUnindexedRecordCriterion(selection: RecordSelectionCriteria): boolean {
  return buildUnindexedCondition(selection) !== undefined;
}

export function buildRecordSqlCondition(
  organizationId: string,
  selection: RecordSelectionCriteria,
): SQL | undefined {
  return and(buildIndexedCondition(organizationId, selection), buildUnindexedCondition(selection));
}

function buildIndexedCondition(
  organizationId: string,
  { type, name, search }: RecordSelectionCriteria,
): SQL | undefined {
  return and(
    eq(recordsTable.organizationId, organizationId),
    type === undefined ? undefined : eq(recordsTable.type, type),
    name === undefined
      ? undefined
      : sql`md5(${recordsTable.name}) = md5(${name}) AND ${recordsTable.name} = ${name}`,
    canUseTrigramIndex(search) ? buildNameSearchCondition(recordsTable, search) : undefined,
  );
}

function buildUnindexedCondition({ search, where }: RecordSelectionCriteria): SQL | undefined {
  return and(
    canUseTrigramIndex(search) ? undefined : buildNameSearchCondition(recordsTable, search),
    where?.sql,
  );
}

function isPast(by: RecordScanOrder["by"], isUp: boolean, { value, id }: RecordListPosition): SQL {
  const operator = isUp ? sql`>` : sql`<`;
  return sql`(${recordsTable[by]}, ${recordsTable.id}) ${operator} (${value}::timestamptz, ${id})`;
}

function cutWindow<Row extends SizedRow>(
  rows: readonly Row[],
  condition: CompiledRecordFilter | undefined,
): readonly Row[] {
  let cost = 0;
  const end = rows.findIndex((row) => {
    const own = costOf(row, condition);
    if (condition && own > RECORD_COST) throw new FilterTooCostlyError(describeRecord(row, condition));
    cost += own;
    return cost > WINDOW_COST;
  });
  return end < 0 ? rows : rows.slice(0, Math.max(1, end));
}

function costOf({ length }: SizedRow, condition: CompiledRecordFilter | undefined): number {
  const { tests, textTests } = condition ?? { tests: 0, textTests: 0 };
  return ROW_COST + tests * TEST_COST + length * (1 + textTests);
}

function costOfCondition({ length }: SizedRow, { mostTextTests }: CompiledRecordFilter): number {
  return ROW_COST + TEST_COST + length * (1 + mostTextTests);
}

function describeRecord({ length }: SizedRow, { tests }: CompiledRecordFilter): string {
  if (tests === 1)
    return `The records are too long for this condition: one has ${length} bytes. Search for a shorter text, or narrow the list by type, name or search.`;
  const most = Math.max(0, Math.floor(RECORD_COST / length) - 1);
  return `The records are too long for this many conditions: one has ${length} bytes, so at most ${most} may be “contains” with a short text, or a third as many “endsWith” or on nested fields.`;
}

const TOO_MANY_CONDITIONS =
  "This filter has too many conditions for this many records. Use fewer conditions, or narrow it by type or search.";
const TOO_MUCH_TEXT =
  "These records contain too much text to search in one request. Narrow the list by type, name or search.";
