import type { CustomFlowEventPayload } from "#contract/events.ts";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { StandaloneWordMatcher } from "./standalone-word-matcher.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { type MatchedTextBounds, WordListMatcher, addAndMergeMatchBounds } from "./word-list-matcher.ts";
import {
  type UnescapedTextWithOffsets,
  decodeJsonAndUrlEscapes,
  decodeJsonEscapes,
} from "./decode-escapes.ts";
import { RunValue } from "#server/domain/run-value.ts";

export const SECRET_MASK = "•••";

/** A shorter secret is part of many words, so results and logs would become unreadable. */
export const MIN_SECRET_LENGTH = 6;

/** Names that the server gives to fields of outputs and to variables of runs. */
const SERVER_NAMES: ReadonlySet<string> = new Set([
  ..."_agent _execution _flow _now _record _user userMessage user_message".split(" "),
  ..."id name type metadata messages timestamp created records eventType payload isPayloadSent".split(" "),
  ..."messageId accepted rejected".split(" "),
]);

/** Maximum total length in characters of the texts passed to `hide`: the matcher needs about 20 bytes per character. */
const HIDDEN_LIMIT = 256 * 1024;

/** Escapes vary, so unescaped texts are compared. Short secrets are masked only in values, standing alone. */
export class RunSecretRedactor {
  #secrets: ReadonlySet<string> = new Set();
  #hiddenLength = 0;
  #long: WordListMatcher | undefined;
  #short: StandaloneWordMatcher | undefined;

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
    return maskBounds(text, this.#search(text, decodeJsonAndUrlEscapes(text)).bounds);
  }

  /** Redacts the name of a field or variable, unless the server gave the name. */
  name(name: string): string {
    if (!this.#long || SERVER_NAMES.has(name)) return name;
    return maskBounds(name, searchViews(name, decodeJsonAndUrlEscapes(name), [this.#long]).bounds);
  }

  /** The same value if it contains no secret. Recursive, so callers must limit the depth. */
  value(value: JsonValue): JsonValue {
    return this.#redact(value, (name) => this.name(name));
  }

  /** Redacts a value of a run like `value`, without parsing it if it contains no secret. */
  runValue(value: RunValue): RunValue {
    if (this.#secrets.size === 0) return value;
    if (value.size.depth > 0 && !this.#has(decodeJsonEscapes(value.json))) return value;
    const read = value.value;
    const redacted = this.#inside(read, (name) => this.name(name));
    return redacted === read ? value : RunValue.of(redacted);
  }

  /** Redacts strings in a value of the server, whose fields all have names that the server gave. */
  report(value: JsonValue): JsonValue {
    return this.#redact(value, (name) => name);
  }

  /** Delays only the end of a chunk, if it may be the start of a secret or an escape. */
  stream(): { readonly push: (piece: string) => string; readonly end: () => string } {
    let held = "";
    /** Length of the start of `held` whose mask is emitted. Undefined if the output does not end with a mask. */
    let covered: number | undefined;
    let before: TextBefore = new Map();
    const redactChunk = (text: string, isLast: boolean) => {
      const views = decodeJsonAndUrlEscapes(text, !isLast);
      const { bounds, pending } = this.#search(text, views, { before, isPart: !isLast });
      const end = isLast ? text.length : alignEnd(text.length - pending, views);
      const pieces: string[] = [];
      let done = covered ?? 0;
      let isMasked = covered !== undefined;
      for (let at = 0; at < bounds.length; at += 2) {
        const [from = 0, to = 0] = [bounds[at], bounds[at + 1]];
        if (from >= end) break;
        if (!isMasked || from > done) pieces.push(text.slice(done, from), SECRET_MASK);
        isMasked = true;
        done = Math.max(done, to);
      }
      if (done < end) {
        pieces.push(text.slice(done, end));
        isMasked = false;
      }
      held = text.slice(end);
      if (end > 0) before = readCharactersBefore(text, views, end);
      covered = isMasked ? done - end : undefined;
      return pieces.join("");
    };
    return { push: (piece) => redactChunk(held + piece, false), end: () => redactChunk(held, true) };
  }

  #add(secrets: readonly string[]): void {
    // Fields and URLs strip a secret's spaces, and replace unpaired surrogates by U+FFFD.
    const spelled = secrets
      .flatMap((secret) => [secret, secret.trim()])
      .flatMap((secret) => [secret, secret.replaceAll(/\p{Surrogate}/gu, "\uFFFD")]);
    const all = new Set([...this.#secrets, ...spelled].filter((secret) => secret !== ""));
    if (all.size === this.#secrets.size) return;
    this.#secrets = all;
    const [long, short] = [true, false].map((isLong) =>
      [...all].filter(({ length }) => length >= MIN_SECRET_LENGTH === isLong),
    );
    if (long && long.length > 0) this.#long = new WordListMatcher(long);
    if (short && short.length > 0) this.#short = new StandaloneWordMatcher(short);
  }

  #search(text: string, views: readonly UnescapedTextWithOffsets[], part?: SearchedPart): MatchedTextBounds {
    const matchers = [this.#long, this.#short].filter((matcher) => matcher !== undefined);
    return searchViews(text, views, matchers, part);
  }

  #redact(value: JsonValue, redactName: (name: string) => string): JsonValue {
    if (this.#secrets.size === 0) return value;
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (!this.#has(decodeJsonEscapes(RunValue.of(value).json))) return value;
    return this.#inside(value, redactName);
  }

  #has(text: string): boolean {
    return [text, ...decodeJsonAndUrlEscapes(text).map((view) => view.text)].some(
      (view) => this.#long?.has(view) === true || (this.#short?.search(view).bounds.length ?? 0) > 0,
    );
  }

  /** Returns the same value if nothing in it is redacted: a secret may also be found in a number or a name. */
  #inside(value: JsonValue, redactName: (name: string) => string): JsonValue {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) {
      const items = value.map((item: JsonValue) => this.#inside(item, redactName));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value);
    const redacted = entries.map(
      ([key, inside]) => [redactName(key), this.#inside(inside, redactName)] as const,
    );
    const isSame = redacted.every(
      ([key, inside], index) => key === entries[index]?.[0] && inside === entries[index][1],
    );
    return isSame ? value : Object.fromEntries(redacted);
  }
}

/** Redacts secrets in an event that a flow sends, because other users receive the event. */
export function redactFlowEvent(
  event: CustomFlowEventPayload,
  redactor: RunSecretRedactor,
): CustomFlowEventPayload {
  const { eventType, payload } = event;
  return {
    ...event,
    eventType: redactor.text(eventType),
    ...(payload !== undefined && { payload: redactor.value(payload) }),
  };
}

/** The character before a part of a text, for each notation in which it is searched; `""` is the text as it is. */
type TextBefore = ReadonlyMap<string, string>;

interface SearchedPart {
  readonly before: TextBefore;
  readonly isPart: boolean;
}

function searchViews(
  text: string,
  views: readonly UnescapedTextWithOffsets[],
  matchers: readonly (WordListMatcher | StandaloneWordMatcher)[],
  { before, isPart }: SearchedPart = { before: new Map(), isPart: false },
): MatchedTextBounds {
  let bounds: readonly number[] = [];
  let pending = 0;
  // Searches the text as it is again after an escape at the end of the part before, which a word may follow.
  const others = [...before.keys()].filter(
    (mark) => mark !== "" && !views.some((view) => view.mark === mark),
  );
  for (const matcher of matchers) {
    for (const mark of ["", ...others]) {
      const found = matcher.search(text, { before: before.get(mark), isPart });
      bounds = joinBounds(bounds, found.bounds);
      pending = Math.max(pending, found.pending);
    }
    for (const { mark, text: unescaped, starts } of views) {
      const found = matcher.search(unescaped, { before: before.get(mark) ?? before.get(""), isPart });
      bounds = joinBounds(
        bounds,
        found.bounds.map((at) => starts[at] ?? 0),
      );
      pending = Math.max(pending, text.length - (starts[unescaped.length - found.pending] ?? 0));
    }
  }
  return { bounds, pending };
}

function readCharactersBefore(
  text: string,
  views: readonly UnescapedTextWithOffsets[],
  end: number,
): TextBefore {
  return new Map([
    ["", text.charAt(end - 1)],
    ...views.map(
      ({ mark, text: unescaped, starts }) => [mark, unescaped.charAt(findStart(starts, end - 1))] as const,
    ),
  ]);
}

function maskBounds(text: string, bounds: readonly number[]): string {
  if (bounds.length === 0) return text;
  const pieces: string[] = [];
  let done = 0;
  for (let at = 0; at < bounds.length; at += 2) {
    pieces.push(text.slice(done, bounds[at]), SECRET_MASK);
    done = bounds[at + 1] ?? done;
  }
  return pieces.join("") + text.slice(done);
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

/** An escape that is split between chunks cannot be unescaped. */
function alignEnd(end: number, views: readonly UnescapedTextWithOffsets[]): number {
  const aligned = views.reduce(
    (least, { starts }) => Math.min(least, starts[findStart(starts, least)] ?? 0),
    end,
  );
  return aligned === end ? end : alignEnd(aligned, views);
}

/** Returns the index of the last character that starts at `end` or before it. */
function findStart(starts: Int32Array, end: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= end) low = middle;
    else high = middle - 1;
  }
  return low;
}
