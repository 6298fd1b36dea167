import * as z from "zod/mini";

// Each error message continues a sentence that begins with the setting's name; no message contains the setting's value.

export const webUrlSchema = z
  .string()
  .check(
    z.refine(
      isWebUrl,
      "must be an address that begins with http:// or https://, without a password or a query",
    ),
  );

export const apiKeySchema = z
  .string()
  .check(z.regex(/^[\x21-\x7e]+$/, "must be one word of visible ASCII characters"));

export const flagSchema = z.enum(["0", "1"], "must be 0 or 1");

export const createIntegerSettingSchema = (from: number, to: number) =>
  z.string().check(
    z.refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to, {
      error: `must be a whole number from ${from} to ${to}`,
    }),
  );

/**
 * Whether a setting is an accepted http or https URL. Excludes URLs with a password, because the dashboard shows the
 * URL, and URLs with a query, because the server appends paths to the URL.
 */
function isWebUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "" && !/[?#]/.test(text);
}

export function removeTrailingSlashes(address: string): string {
  let end = address.length;
  while (address[end - 1] === "/") end -= 1;
  return address.slice(0, end);
}
