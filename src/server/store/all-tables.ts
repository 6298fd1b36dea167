import * as scheduleTables from "./schedule-tables.ts";
import * as tables from "./tables.ts";

/** Every table that a migration creates and a query names. */
export const allTables = { ...tables, ...scheduleTables };
