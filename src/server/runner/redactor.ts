import { type JsonValue, isJsonObject } from "#core/json.ts";

const MASK = "•••";

/** Takes the values of secrets out of what a run tells, in the forms in which texts hold them. */
export class Redactor {
  #forms: readonly string[] = [];
  #pattern: RegExp | undefined;

  constructor(secrets: readonly string[]) {
    this.hide(...secrets);
  }

  /** Hides further texts from now on. */
  hide(...secrets: readonly string[]): void {
    const forms = secrets.flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.replaceAll(/\p{Surrogate}/gu, "\uFFFD")),
    ]);
    // The longest first, since one secret may begin with another.
    this.#forms = [...new Set([...this.#forms, ...forms])]
      .filter((form) => form !== "")
      .toSorted((a, b) => b.length - a.length);
    const escaped = this.#forms.map((form) => form.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
    this.#pattern = escaped.length > 0 ? new RegExp(escaped.join("|"), "g") : undefined;
  }

  text(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, MASK) : text;
  }

  /** The same value, keys included; not for values nested deeper than a call stack. */
  value(value: JsonValue): JsonValue {
    if (!this.#pattern) return value;
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inside]) => [this.text(key), this.value(inside)]),
    );
  }

  /** For a text that comes in pieces: keeps back the end of one that may be the beginning of a secret. */
  stream(): { readonly push: (piece: string) => string; readonly end: () => string } {
    let held = "";
    return {
      push: (piece) => {
        const text = held + piece;
        const end = this.#certainEnd(text);
        held = text.slice(end);
        return this.text(text.slice(0, end));
      },
      end: () => this.text(held),
    };
  }

  /** Where what could go on to be a secret, or a longer one, begins. */
  #certainEnd(text: string): number {
    const end = text.length - this.#beginningAtEnd(text);
    for (const { index, 0: secret } of this.#pattern ? text.matchAll(this.#pattern) : []) {
      if (index < end && end < index + secret.length) return index;
    }
    return end;
  }

  /** How much of the end could go on to be a secret. */
  #beginningAtEnd(text: string): number {
    let longest = 0;
    for (const form of this.#forms) {
      for (let length = Math.min(form.length - 1, text.length); length > longest; length -= 1) {
        if (text.endsWith(form.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
