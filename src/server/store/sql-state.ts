/** PostgreSQL, appendix A; also if drizzle has wrapped it. Undefined for other errors. */
export function getSqlStateOfError(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const isCoded = typeof cause === "object" && cause !== null && "code" in cause;
  return isCoded && typeof cause.code === "string" ? cause.code : undefined;
}

/** SQLSTATE classes 22 and 54: the values are at fault, not the database. */
export function isRejectedValueError(error: unknown): boolean {
  return /^(?:22|54)/.test(getSqlStateOfError(error) ?? "");
}
