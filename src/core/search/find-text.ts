import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { StepTextReplacement } from "./step-text-replacements.ts";

interface FindOptions {
  readonly matchCase: boolean;
  /** Word characters are letters, digits and `_`. */
  readonly wholeWord: boolean;
  readonly limit: number;
}

interface TextPlace {
  readonly key: StepKey;
  readonly at: JsonPath;
  readonly text: string;
  /** Only `text` can be replaced: replacing a step type or field name would change what the step does. */
  readonly kind: "text" | "type" | "field name";
}

/** `from` and `to` are UTF-16 offsets in the text. */
export interface StepTextSearchMatch extends TextPlace {
  readonly from: number;
  readonly to: number;
}

/** Literal, in document order. Does not search ids and `order`. */
export function findSearchMatchesInStepTexts(
  document: FlowDocument,
  query: string,
  options: FindOptions,
): readonly StepTextSearchMatch[] {
  if (query === "") return [];
  const pattern = toPattern(query, options);
  const matches: StepTextSearchMatch[] = [];
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    for (const place of listTexts(node)) {
      for (const { index, 0: found } of place.text.matchAll(pattern)) {
        if (matches.length >= options.limit) return matches;
        matches.push({ ...place, from: index, to: index + found.length });
      }
    }
  }
  return matches;
}

/** By Unicode case folding: lower-casing can change the length of a text (İ) and shift offsets. */
function toPattern(query: string, { matchCase, wholeWord }: FindOptions): RegExp {
  const literal = query.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const word = String.raw`[\p{L}\p{M}\p{N}_]`;
  const isWord = /[\p{L}\p{M}\p{N}_]/u;
  const characters = Array.from(query);
  const before = wholeWord && isWord.test(characters[0] ?? "") ? `(?<!${word})` : "";
  const after = wholeWord && isWord.test(characters.at(-1) ?? "") ? `(?!${word})` : "";
  // oxlint-disable-next-line patterns/written-out -- an escaped text, which repeats nothing
  return new RegExp(before + literal + after, matchCase ? "gu" : "giu");
}

const textsOfSteps = new WeakMap<StepNode, readonly TextPlace[]>();

function listTexts(node: StepNode): readonly TextPlace[] {
  const known = textsOfSteps.get(node);
  if (known) return known;
  const texts: TextPlace[] = [];
  const visit = (value: JsonValue, at: JsonPath, kind: TextPlace["kind"]) => {
    if (typeof value === "string") texts.push({ key: node.key, at, text: value, kind });
    else if (Array.isArray(value)) value.forEach((item, index) => visit(item, [...at, index], "text"));
    else if (isJsonObject(value)) {
      for (const [name, item] of Object.entries(value)) {
        const path = [...at, name];
        if (isStepList(node, path)) continue;
        if (at.length > 0) texts.push({ key: node.key, at: path, text: name, kind: "field name" });
        visit(item, path, isTypeOfStep(value, name) ? "type" : "text");
      }
    }
  };
  const { id: _id, order: _order, name, type, ...rest } = node.fields;
  if (name !== undefined) visit(name, ["name"], "text");
  if (type !== undefined) visit(type, ["type"], "type");
  for (const [field, value] of Object.entries(rest)) visit(value, [field], "text");
  textsOfSteps.set(node, texts);
  return texts;
}

function isStepList(node: StepNode, [field, inside, ...rest]: JsonPath): boolean {
  return (
    field === "config" &&
    rest.length === 0 &&
    BRANCH_NAMES.some((branch) => branch === inside && node.branches?.[branch] !== undefined)
  );
}

/** A step inside a config, such as that of a loop, has a type that cannot be replaced. */
function isTypeOfStep(value: JsonValue, name: string): boolean {
  return name === "type" && isJsonObject(value) && isJsonObject(value["config"]);
}

type ReplacePlan =
  | { readonly type: "edits"; readonly edits: readonly StepTextReplacement[] }
  | { readonly type: "refused"; readonly key: StepKey; readonly reason: string };

/** The matches must be up to date. Refused if a step would lose its name. */
export function planSearchMatchReplacement(
  matches: readonly StepTextSearchMatch[],
  replacement: string,
): ReplacePlan {
  const places = new Map<string, StepTextSearchMatch[]>();
  for (const match of matches) {
    if (match.kind !== "text") continue;
    const place = JSON.stringify([match.key, match.at]);
    const others = places.get(place);
    if (others) others.push(match);
    else places.set(place, [match]);
  }
  const edits: StepTextReplacement[] = [];
  for (const [first, ...others] of places.values()) {
    if (!first) continue;
    const text = replaceIn(first.text, [first, ...others], replacement);
    if (first.at.length === 1 && first.at[0] === "name" && text.trim() === "") {
      const reason = `${quoteName(first.text)} would have no name. Nothing was replaced.`;
      return { type: "refused", key: first.key, reason };
    }
    if (text !== first.text) edits.push({ key: first.key, at: first.at, text });
  }
  return { type: "edits", edits };
}

function replaceIn(text: string, matches: readonly StepTextSearchMatch[], replacement: string): string {
  let written = "";
  let end = 0;
  for (const { from, to } of matches.toSorted((a, b) => a.from - b.from)) {
    written += text.slice(end, from) + replacement;
    end = to;
  }
  return written + text.slice(end);
}
