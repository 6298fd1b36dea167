import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { type JsonPath, getJsonAtPath, isSameJsonPath } from "#core/json/json.ts";
import { applyTextReplacements } from "#core/references/occurrence.ts";
import { readStepTexts } from "#core/references/read-step.ts";
import { findTemplateExpressions } from "#core/references/read-templates.ts";
import type { StepVariableReference, StepTypeLookup } from "#core/references/reference.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepType } from "#core/document/step.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";

export interface ReferencesOfStep {
  readonly step: StepKey;
  readonly references: readonly StepVariableReference[];
}

/** Undefined if a local name hides the new name at a reference. */
export function planReferenceRebindEdits(
  document: FlowDocument,
  { step, references }: ReferencesOfStep,
  to: string,
  types: StepTypeLookup,
): readonly StepTextReplacement[] | undefined {
  const node = findStep(document, step);
  if (!node) return undefined;
  const edits: StepTextReplacement[] = [];
  let missingCount = references.length;
  for (const { at, text, occurrences } of readStepTexts(node, types).texts) {
    const matching = occurrences.filter(({ name, from }) =>
      references.some(
        (reference) => isAt(reference, at) && reference.from === from && reference.name === name,
      ),
    );
    const pieces = matching.flatMap((occurrence) => occurrence.respell(to) ?? []);
    missingCount -= pieces.length;
    if (pieces.length > 0) edits.push({ key: step, at, text: applyTextReplacements(text, pieces) });
  }
  return missingCount === 0 ? edits : undefined;
}

/** A `{{template}}` with its braces, a plain name entirely. Undefined if a reference is part of code. */
export function planReferenceRemovalEdits(
  document: FlowDocument,
  { step, references }: ReferencesOfStep,
  types: StepTypeLookup,
): readonly StepTextReplacement[] | undefined {
  const node = findStep(document, step);
  if (!node) return undefined;
  const { scripts } = types.referenceFields(getStepType(node));
  const isCode = (at: JsonPath) =>
    at[0] === "when" || scripts.some((path) => isSameJsonPath(["config", ...path], at));
  const byText = new Map<string, StepVariableReference[]>();
  for (const reference of references) {
    const id = JSON.stringify(reference.at);
    const others = byText.get(id);
    if (others) others.push(reference);
    else byText.set(id, [reference]);
  }
  const edits: StepTextReplacement[] = [];
  for (const inText of byText.values()) {
    const at = inText[0]?.at ?? [];
    const text = getJsonAtPath(node.fields, at);
    if (typeof text !== "string" || isCode(at)) return undefined;
    const pieces: { from: number; to: number; text: string }[] = [];
    const templates = text.includes("{{") ? findTemplateExpressions(text) : [];
    for (const { form, from, to } of inText) {
      if (form === "variable") pieces.push({ from: 0, to: text.length, text: "" });
      else {
        const enclosing = templates.find((template) => template.from <= from && template.to >= to);
        if (!enclosing) return undefined;
        if (pieces.at(-1)?.from !== enclosing.from)
          pieces.push({ from: enclosing.from, to: enclosing.to, text: "" });
      }
    }
    edits.push({ key: step, at, text: applyTextReplacements(text, pieces) });
  }
  return edits;
}

function isAt(reference: StepVariableReference, at: JsonPath): boolean {
  return isSameJsonPath(reference.at, at);
}
