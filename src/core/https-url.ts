/** Returns undefined unless the value is an absolute https URL: a `javascript:` link would run script. */
export function getHttpsUrlIfValid(value: unknown): string | undefined {
  const isWebAddress = typeof value === "string" && /^https:\/\/[^/]/i.test(value);
  return isWebAddress && URL.canParse(value) ? value : undefined;
}
