import { Client, type QueryConfig } from "pg";

/**
 * A client for a pooler in transaction mode, which may give each statement another connection to PostgreSQL: sends
 * prepared statements without a name, because another connection would not know the name. The class
 * name must not contain “Pool”: drizzle would treat the client as a pool.
 */
export class UnnamedStatementClient extends Client {
  // The driver declares a dozen overloads, all of which pass the statement first.
  // oxlint-disable-next-line typescript/no-explicit-any
  override query(statement: any, ...rest: any[]): any {
    return (super.query as (...args: unknown[]) => unknown)(withoutName(statement), ...rest);
  }
}

function withoutName(statement: unknown): unknown {
  if (typeof statement !== "object" || statement === null || "submit" in statement) return statement;
  const { name: _, ...unnamed } = statement as QueryConfig;
  return unnamed;
}
