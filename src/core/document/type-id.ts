const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** 26 characters of Crockford base32 that sort by time: 48 bits of `now`, 80 random bits. */
export function createTypeId(prefix: string, now: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("createTypeId needs 10 random bytes");
  let bits = BigInt(now);
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let index = 0; index < 26; index += 1) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** Returns the milliseconds in a TypeID of version 7, as `createTypeId` makes them; undefined for another text. */
export function readTimeOfTypeId(id: string): number | undefined {
  const digits = /_([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(id)?.[1]?.slice(0, 10);
  if (digits === undefined) return undefined;
  return Array.from(digits).reduce((time, digit) => time * 32 + ALPHABET.indexOf(digit), 0);
}
