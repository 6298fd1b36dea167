/** Omits fields in which database drivers put queries and rows with users' data. */
export function describeErrorForLog(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const reported = error.cause instanceof Error ? error.cause : error;
  const { name, message, stack } = reported;
  return { type: name, message, stack, ...("code" in reported && { code: reported.code }) };
}
