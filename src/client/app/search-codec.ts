/**
 * Search params as plain text. The router's own codec reads values as JSON, which would turn `?search=2024` into a number
 * and put quotes into addresses that people share. Of a name given twice the last one counts.
 */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** What is absent or empty is left out of the address. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (typeof value === "string" && value !== "") params.set(name, value);
  return params.size > 0 ? `?${params}` : "";
}
