import { customType, timestamp } from "drizzle-orm/pg-core";

/** Parsing would reorder numeric keys, and the value would then only be serialized again. */
export const jsonText = customType<{ data: string; driverData: string }>({ dataType: () => "json" });

/** With a finer precision than `Date`, a cursor would skip rows. */
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
