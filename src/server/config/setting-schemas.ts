import * as z from "zod/mini";

// Each error message continues a sentence that begins with the setting's name; no message contains the setting's value.

const textSchema = (isValid: (text: string) => boolean, message: string) =>
  z.string().check(z.refine(isValid, message));

export const hostSchema = textSchema(
  (text) => /^[\w.:-]+$/.test(text),
  "must be an IP address or a host name",
);

export const databaseUrlSchema = textSchema(
  (text) => /^postgres(?:ql)?:\/\//.test(text),
  "must begin with postgres://",
);

export const smtpUrlSchema = textSchema(
  (text) => /^smtps?:\/\/./.test(text) && URL.canParse(text),
  "must be an address that begins with smtp:// or smtps://",
);

export const mailFromSchema = textSchema(
  (text) => /^(?:[^<>@\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u.test(text),
  "must be an email address, or a name and an address in angle brackets",
);

export const webUrlSchema = z.pipe(
  textSchema(
    isWebUrl,
    "must be an address that begins with http:// or https://, without a password or a query",
  ),
  z.transform(removeTrailingSlashes),
);

export const apiKeySchema = textSchema(
  (text) => /^[\x21-\x7e]+$/.test(text),
  "must be one word of visible ASCII characters",
);

export const flagSchema = z.pipe(
  z.enum(["0", "1"], "must be 0 or 1"),
  z.transform((text) => text === "1"),
);

export const choiceSchema = <const Choice extends string>(...choices: readonly Choice[]) =>
  z.enum(choices, `must be ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`);

export const integerSchema = (from: number, to: number) =>
  z.pipe(
    textSchema(
      (text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to,
      `must be a whole number from ${from} to ${to}`,
    ),
    z.transform(Number),
  );

/** Seconds, up to a day, as milliseconds. */
export const secondsSchema = z.pipe(
  integerSchema(1, 86_400),
  z.transform((seconds) => seconds * 1000),
);

const listSchema = (isValid: (text: string) => boolean, message: string) =>
  z.pipe(
    z.optional(textSchema(isValid, message)),
    z.transform((text = "") => splitAtCommas(text)),
  );

export const stepTypesSchema = listSchema(
  (text) => /^[\w-]+(?:\s*,\s*[\w-]+)*$/.test(text),
  "must be a list of step types with commas",
);

const PLACE = /^(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/;

export const privatePlacesSchema = z.pipe(
  listSchema(
    (text) => splitAtCommas(text).every((place) => PLACE.test(place)),
    "must be a list of host:port with commas, such as localhost:3000",
  ),
  z.transform((places) => places.map((place) => place.toLowerCase())),
);

function splitAtCommas(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Without a password, because the dashboard shows it, and without a query, because paths are appended. */
function isWebUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "" && !/[?#]/.test(text);
}

function removeTrailingSlashes(address: string): string {
  let end = address.length;
  while (address[end - 1] === "/") end -= 1;
  return address.slice(0, end);
}
