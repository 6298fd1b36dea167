import { type JsonValue, isJsonObject, parseJson } from "./json.ts";
import { type JsonPlace, findJsonValueEnd } from "./json-places.ts";
import { findJsonStringEnd } from "./unstorable-json-value.ts";
import { skipJsonWhitespace } from "./scan-json.ts";

export interface JsonMember {
  readonly key: string;
  readonly keyPlace: JsonPlace;
  readonly value: JsonValue;
  /** The JSON of the value, as it is written in the text. */
  readonly source: string;
  readonly valuePlace: JsonPlace;
}

/** Lists the members of an object in the order of the text, also repeated ones. Undefined if it is no JSON object. */
export function listJsonMembers(text: string): readonly JsonMember[] | undefined {
  if (!isJsonObject(parseJson(text))) return undefined;
  const members: JsonMember[] = [];
  let at = skipJsonWhitespace(text, skipJsonWhitespace(text, 0) + 1);
  while (text.charAt(at) === '"') {
    const keyPlace = { from: at, to: findJsonStringEnd(text, at) + 1 };
    const from = skipJsonWhitespace(text, skipJsonWhitespace(text, keyPlace.to) + 1);
    const valuePlace = { from, to: findJsonValueEnd(text, from) };
    const source = text.slice(from, valuePlace.to);
    const key = JSON.parse(text.slice(keyPlace.from, keyPlace.to)) as string;
    members.push({ key, keyPlace, value: JSON.parse(source) as JsonValue, source, valuePlace });
    at = skipJsonWhitespace(text, valuePlace.to);
    if (text.charAt(at) === ",") at = skipJsonWhitespace(text, at + 1);
  }
  return members;
}

// Edits of an object's text. Each keeps the rest of the text as it was written. `members` must be those of `text`.

export function renameJsonMember(text: string, { keyPlace }: JsonMember, key: string): string {
  return splice(text, keyPlace, JSON.stringify(key));
}

export function setJsonMember(text: string, { valuePlace }: JsonMember, valueText: string): string {
  return splice(text, valuePlace, valueText);
}

/** Adds a member at the end, with the white space that is before the last one. */
export function addJsonMember(
  text: string,
  members: readonly JsonMember[],
  key: string,
  valueText: string,
): string {
  const member = `${JSON.stringify(key)}: ${valueText}`;
  const last = members.at(-1);
  if (!last) return `{\n  ${member}\n}`;
  const before = text.slice(0, last.keyPlace.from);
  const space = before.slice(before.trimEnd().length);
  return splice(text, { from: last.valuePlace.to, to: last.valuePlace.to }, `,${space}${member}`);
}

export function removeJsonMember(text: string, members: readonly JsonMember[], index: number): string {
  const [before, member, after] = [members[index - 1], members[index], members[index + 1]];
  if (!member) return text;
  if (after) return splice(text, { from: member.keyPlace.from, to: after.keyPlace.from }, "");
  return before ? splice(text, { from: before.valuePlace.to, to: member.valuePlace.to }, "") : "{}";
}

function splice(text: string, { from, to }: JsonPlace, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}
