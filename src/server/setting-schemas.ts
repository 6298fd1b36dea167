import * as z from "zod/mini";

// Kinds of settings. Each message goes on from the setting's name, and never shows its value.

export const webUrl = z
  .string()
  .check(
    z.refine(
      isWebUrl,
      "must be an address that begins with http:// or https://, without a password or a query",
    ),
  );

export const keyText = z
  .string()
  .check(z.regex(/^[\x21-\x7e]+$/, "must be one word of visible ASCII characters"));

/** Bounds are inclusive. */
export const wholeNumber = (from: number, to: number) =>
  z.string().check(
    z.refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to, {
      error: `must be a whole number from ${from} to ${to}`,
    }),
  );

/** Without a password, since the dashboard shows the address, and without what cannot stand before a path. */
function isWebUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "" && !/[?#]/.test(text);
}
