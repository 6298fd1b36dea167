import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { type JsonPath, getAtPath, isSamePath } from "#core/json.ts";
import { applyRespellings } from "#core/references/occurrence.ts";
import { readStep } from "#core/references/read-step.ts";
import { findTemplates } from "#core/references/read-templates.ts";
import type { Reference, StepTypes } from "#core/references/reference.ts";
import { findStep } from "#core/step-list.ts";
import { stepType } from "#core/step.ts";
import type { TextEdit } from "#core/text-edit.ts";

/** References of one step that are given up or turned to another variable. */
export interface StepReads {
  readonly step: StepKey;
  readonly references: readonly Reference[];
}

/**
 * Makes references name another variable, whatever form they have, and leaves all others alone. Undefined where one of
 * them cannot: a local name hides the new one.
 */
export function planRebind(
  document: FlowDocument,
  { step, references }: StepReads,
  to: string,
  types: StepTypes,
): readonly TextEdit[] | undefined {
  const node = findStep(document, step);
  if (!node) return undefined;
  const edits: TextEdit[] = [];
  let left = references.length;
  for (const { at, text, occurrences } of readStep(node, types).texts) {
    const meant = occurrences.filter(({ name, from }) =>
      references.some(
        (reference) => isAt(reference, at) && reference.from === from && reference.name === name,
      ),
    );
    const pieces = meant.flatMap((occurrence) => occurrence.respell(to) ?? []);
    left -= pieces.length;
    if (pieces.length > 0) edits.push({ key: step, at, text: applyRespellings(text, pieces) });
  }
  return left === 0 ? edits : undefined;
}

/**
 * Takes references out of the texts that they stand in: a `{{template}}` with its braces, a bare name with nothing left.
 * Undefined where one is part of code, which would mean something else, or nothing, without it.
 */
export function planRemoval(
  document: FlowDocument,
  { step, references }: StepReads,
  types: StepTypes,
): readonly TextEdit[] | undefined {
  const node = findStep(document, step);
  if (!node) return undefined;
  const { scripts } = types.referenceFields(stepType(node));
  const isCode = (at: JsonPath) =>
    at[0] === "when" || scripts.some((path) => isSamePath(["config", ...path], at));
  const byText = new Map<string, Reference[]>();
  for (const reference of references) {
    const id = JSON.stringify(reference.at);
    const others = byText.get(id);
    if (others) others.push(reference);
    else byText.set(id, [reference]);
  }
  const edits: TextEdit[] = [];
  for (const inText of byText.values()) {
    const at = inText[0]?.at ?? [];
    const text = getAtPath(node.fields, at);
    if (typeof text !== "string" || isCode(at)) return undefined;
    const pieces: { from: number; to: number; text: string }[] = [];
    const templates = text.includes("{{") ? findTemplates(text) : [];
    for (const { form, from, to } of inText) {
      if (form === "variable") pieces.push({ from: 0, to: text.length, text: "" });
      else {
        const around = templates.find((template) => template.from <= from && template.to >= to);
        if (!around) return undefined;
        if (pieces.at(-1)?.from !== around.from) pieces.push({ from: around.from, to: around.to, text: "" });
      }
    }
    edits.push({ key: step, at, text: applyRespellings(text, pieces) });
  }
  return edits;
}

function isAt(reference: Reference, at: JsonPath): boolean {
  return isSamePath(reference.at, at);
}
