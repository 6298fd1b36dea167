/**
 * The five characters by which PostgreSQL and PGlite say what was wrong (SQLSTATE, PostgreSQL's appendix A); drizzle wraps
 * the driver's error. Undefined for errors of any other kind.
 */
export function sqlState(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const isCoded = typeof cause === "object" && cause !== null && "code" in cause;
  return isCoded && typeof cause.code === "string" ? cause.code : undefined;
}
