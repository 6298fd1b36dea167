import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "./flow-document.ts";
import { type JsonPath, type JsonValue, isJsonObject } from "./json.ts";
import { locateSteps } from "./step-list.ts";
import type { TextEdit } from "./text-edit.ts";

interface FindOptions {
  readonly matchCase: boolean;
  /** The query is not part of a longer word; what is no letter, digit or `_` ends a word. */
  readonly wholeWord: boolean;
  /** The search ends after this many matches. */
  readonly limit: number;
}

/** A text inside a step, at a path into its fields. */
interface TextPlace {
  readonly key: StepKey;
  readonly at: JsonPath;
  readonly text: string;
  /** `type` and `field name` can be found but not replaced: they say what something is, not what it says. */
  readonly kind: "text" | "type" | "field name";
}

/** `from`..`to` in the text of its place, in UTF-16 units. */
export interface TextMatch extends TextPlace {
  readonly from: number;
  readonly to: number;
}

/**
 * Where `query` stands in the steps, in the order of the page: in names, types, conditions and any text of a config.
 * Ids and numbers of order are not searched. The query is taken as it is, never as a pattern.
 */
export function findText(document: FlowDocument, query: string, options: FindOptions): readonly TextMatch[] {
  if (query === "") return [];
  const pattern = toPattern(query, options);
  const matches: TextMatch[] = [];
  for (const { node } of locateSteps(document).values()) {
    for (const place of listTexts(node)) {
      for (const { index, 0: found } of place.text.matchAll(pattern)) {
        if (matches.length >= options.limit) return matches;
        matches.push({ ...place, from: index, to: index + found.length });
      }
    }
  }
  return matches;
}

/** By Unicode's case folding, which keeps offsets as they are; lower-casing would not (İ). */
function toPattern(query: string, { matchCase, wholeWord }: FindOptions): RegExp {
  const literal = query.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const word = String.raw`[\p{L}\p{M}\p{N}_]`;
  const isWord = new RegExp(word, "u");
  const characters = Array.from(query);
  const before = wholeWord && isWord.test(characters[0] ?? "") ? `(?<!${word})` : "";
  const after = wholeWord && isWord.test(characters.at(-1) ?? "") ? `(?!${word})` : "";
  return new RegExp(before + literal + after, matchCase ? "gu" : "giu");
}

const textsOfSteps = new WeakMap<StepNode, readonly TextPlace[]>();

/** Every text of one step, without those of the steps inside it. Gathered once per step. */
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
  // As a person reads a step: what it is called, what it is, then all the rest.
  if (name !== undefined) visit(name, ["name"], "text");
  if (type !== undefined) visit(type, ["type"], "type");
  for (const [field, value] of Object.entries(rest)) visit(value, [field], "text");
  textsOfSteps.set(node, texts);
  return texts;
}

/** The lists of a conditional hold steps of their own. */
function isStepList(node: StepNode, [field, inside, ...rest]: JsonPath): boolean {
  return (
    field === "config" &&
    rest.length === 0 &&
    BRANCHES.some((branch) => branch === inside && node.branches?.[branch] !== undefined)
  );
}

/** Steps also stand inside configs that only other programs read, such as a loop's. */
function isTypeOfStep(value: JsonValue, name: string): boolean {
  return name === "type" && isJsonObject(value) && isJsonObject(value["config"]);
}

type ReplacePlan =
  | { readonly type: "edits"; readonly edits: readonly TextEdit[] }
  | { readonly type: "refused"; readonly key: StepKey; readonly reason: string };

/**
 * What writes `replacement` in place of every match that can be replaced. The matches must be of the document as it
 * is. Refused where a step would be left without a name.
 */
export function planReplace(matches: readonly TextMatch[], replacement: string): ReplacePlan {
  const places = new Map<string, TextMatch[]>();
  for (const match of matches) {
    if (match.kind !== "text") continue;
    const place = JSON.stringify([match.key, match.at]);
    const others = places.get(place);
    if (others) others.push(match);
    else places.set(place, [match]);
  }
  const edits: TextEdit[] = [];
  for (const [first, ...others] of places.values()) {
    if (!first) continue;
    const text = replaceIn(first.text, [first, ...others], replacement);
    if (first.at.length === 1 && first.at[0] === "name" && text.trim() === "") {
      const reason = `The step “${first.text}” would be left without a name, so nothing was replaced.`;
      return { type: "refused", key: first.key, reason };
    }
    if (text !== first.text) edits.push({ key: first.key, at: first.at, text });
  }
  return { type: "edits", edits };
}

function replaceIn(text: string, matches: readonly TextMatch[], replacement: string): string {
  let written = "";
  let end = 0;
  for (const { from, to } of matches.toSorted((a, b) => a.from - b.from)) {
    written += text.slice(end, from) + replacement;
    end = to;
  }
  return written + text.slice(end);
}
