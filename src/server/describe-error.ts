/**
 * What a log may hold of an error. Drivers hang the query with its parameters and the rows that clashed, and with them
 * people's content, on their errors; so only what is named here is taken, and of a failed query its cause.
 */
export function describeError(error: Error): Readonly<Record<string, unknown>> {
  const told = error.cause instanceof Error ? error.cause : error;
  const { name, message, stack } = told;
  return { type: name, message, stack, ...("code" in told && { code: told.code }) };
}
