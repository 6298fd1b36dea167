import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { StepFailure } from "./step-failure.ts";
import { type MatchedTextBounds, WordListMatcher, addAndMergeMatchBounds } from "./text-matcher.ts";
import { type UnescapedTextWithOffsets, decodeJsonAndUrlEscapes, decodeJsonEscapes } from "./undo-escapes.ts";
import { RunValue } from "./run-value.ts";

const MASK = "•••";

/** Maximum total length in characters of the texts passed to `hide`: the matcher needs about 20 bytes per character. */
const HIDDEN_LIMIT = 256 * 1024;

/**
 * Masks secrets in texts and values, also if they are JSON-escaped or URL-encoded. Compares the unescaped text with the
 * secrets, because a secret can be escaped in many ways.
 */
export class RunSecretRedactor {
  #secrets: ReadonlySet<string> = new Set();
  #hiddenLength = 0;
  #matcher: WordListMatcher | undefined;

  constructor(secrets: readonly string[]) {
    this.#add(secrets);
  }

  /** Adds a text to redact. Throws a `StepFailure` if all added texts together are too long. */
  hide(text: string): void {
    if (this.#secrets.has(text)) return;
    if (this.#hiddenLength + text.length > HIDDEN_LIMIT) {
      throw new StepFailure("The credentials of this run exceed 256 kB.");
    }
    this.#hiddenLength += text.length;
    this.#add([text]);
  }

  text(text: string): string {
    const { bounds } = this.#search(text, decodeJsonAndUrlEscapes(text));
    if (bounds.length === 0) return text;
    const pieces: string[] = [];
    let done = 0;
    for (let at = 0; at < bounds.length; at += 2) {
      pieces.push(text.slice(done, bounds[at]), MASK);
      done = bounds[at + 1] ?? done;
    }
    return pieces.join("") + text.slice(done);
  }

  /**
   * Redacts strings and keys in a value; returns the same value if it contains no secret. Recursive, so callers must
   * limit the depth.
   */
  value(value: JsonValue): JsonValue {
    if (!this.#matcher) return value;
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    return this.runValue(RunValue.of(value)).value;
  }

  /** Redacts a value of a run like `value`, without parsing it if it contains no secret. */
  runValue(value: RunValue): RunValue {
    if (!this.#matcher) return value;
    if (value.size.depth > 0 && !this.#has(decodeJsonEscapes(value.json))) return value;
    const redacted = this.#inside(value.value);
    return redacted === value.value ? value : RunValue.of(redacted);
  }

  /**
   * Redacts a text that arrives in chunks. Delays only the end of a chunk, if it may be the start of a secret or an
   * escape.
   */
  stream(): { readonly push: (piece: string) => string; readonly end: () => string } {
    let held = "";
    /**
     * Number of characters at the start of `held` that belong to a secret whose mask was already emitted. Undefined
     * if the output does not end with a mask.
     */
    let covered: number | undefined;
    const redactChunk = (text: string, isLast: boolean) => {
      const views = decodeJsonAndUrlEscapes(text, !isLast);
      const { bounds, pending } = this.#search(text, views);
      const end = isLast ? text.length : alignEnd(text.length - pending, views);
      const pieces: string[] = [];
      let done = covered ?? 0;
      let isMasked = covered !== undefined;
      for (let at = 0; at < bounds.length; at += 2) {
        const [from = 0, to = 0] = [bounds[at], bounds[at + 1]];
        if (from >= end) break;
        if (!isMasked || from > done) pieces.push(text.slice(done, from), MASK);
        isMasked = true;
        done = Math.max(done, to);
      }
      if (done < end) {
        pieces.push(text.slice(done, end));
        isMasked = false;
      }
      held = text.slice(end);
      covered = isMasked ? done - end : undefined;
      return pieces.join("");
    };
    return { push: (piece) => redactChunk(held + piece, false), end: () => redactChunk(held, true) };
  }

  #add(secrets: readonly string[]): void {
    // Adds the forms that fields and URLs make of a secret: without the space around it, and with U+FFFD in place of
    // unpaired surrogates.
    const spelled = secrets
      .flatMap((secret) => [secret, secret.trim()])
      .flatMap((secret) => [secret, secret.replaceAll(/\p{Surrogate}/gu, "\uFFFD")]);
    const all = new Set([...this.#secrets, ...spelled].filter((secret) => secret !== ""));
    if (all.size === this.#secrets.size) return;
    this.#secrets = all;
    this.#matcher = new WordListMatcher([...all]);
  }

  #search(text: string, views: readonly UnescapedTextWithOffsets[]): MatchedTextBounds {
    const matcher = this.#matcher;
    if (!matcher) return { bounds: [], pending: 0 };
    let { bounds, pending } = matcher.search(text);
    for (const { text: unescaped, starts } of views) {
      const found = matcher.search(unescaped);
      bounds = joinBounds(
        bounds,
        found.bounds.map((at) => starts[at] ?? 0),
      );
      pending = Math.max(pending, text.length - (starts[unescaped.length - found.pending] ?? 0));
    }
    return { bounds, pending };
  }

  #has(text: string): boolean {
    const matcher = this.#matcher;
    return [text, ...decodeJsonAndUrlEscapes(text).map((view) => view.text)].some((view) =>
      matcher?.has(view),
    );
  }

  #inside(value: JsonValue): JsonValue {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.#inside(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inside]) => [this.text(key), this.#inside(inside)]),
    );
  }
}

function joinBounds(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const joined: number[] = [];
  for (let inA = 0, inB = 0; inA < a.length || inB < b.length;) {
    const isA = (a[inA] ?? Infinity) <= (b[inB] ?? Infinity);
    const [list, at] = isA ? [a, inA] : [b, inB];
    addAndMergeMatchBounds(joined, list[at] ?? 0, list[at + 1] ?? 0);
    if (isA) inA += 2;
    else inB += 2;
  }
  return joined;
}

/**
 * Returns the last offset up to `end` that is not inside an escape, because an escape that is split between chunks
 * cannot be unescaped.
 */
function alignEnd(end: number, views: readonly UnescapedTextWithOffsets[]): number {
  const aligned = views.reduce((least, { starts }) => Math.min(least, startBefore(starts, least)), end);
  return aligned === end ? end : alignEnd(aligned, views);
}

function startBefore(starts: Int32Array, end: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= end) low = middle;
    else high = middle - 1;
  }
  return starts[low] ?? 0;
}
