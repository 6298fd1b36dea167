import { FLOW_TEMPLATES, type FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { findStepType } from "#contract/find-step-type.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { countStepsInJson } from "#core/document/step-structure-faults.ts";
import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import type { OwnTemplate } from "#client/flow/templates/own-templates.ts";

/** An entry of the gallery. `flow` is undefined for a template of the user that cannot be read. */
export interface GalleryTemplate {
  readonly id: string;
  readonly isOwn: boolean;
  readonly name: string;
  readonly about: string | undefined;
  readonly flow: FlowTemplateBody | undefined;
}

export function listGalleryTemplates(own: readonly OwnTemplate[]): readonly GalleryTemplate[] {
  return [
    ...own.map(({ id, name, flow }) => ({ id, isOwn: true, name, about: undefined, flow })),
    ...FLOW_TEMPLATES.map(({ id, about, flow }) => ({ id, isOwn: false, name: flow.name, about, flow })),
  ];
}

/** Returns the nodes of the flow’s preview line. */
export function toPreviewLine({ flowSteps }: FlowTemplateBody) {
  const nodes = flowSteps.map(({ type, enabled }) => ({
    type: typeof type === "string" ? type : "",
    enabled: enabled !== false,
  }));
  const total = flowSteps.length;
  return { nodes, total, nested: countStepsInJson(flowSteps) - total };
}

/** Finds the templates that contain every word of the query in their texts, or in the names or types of their steps. */
export function findTemplates(
  templates: readonly GalleryTemplate[],
  query: string,
): readonly GalleryTemplate[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return templates;
  return templates.filter((template) => {
    const text = fold(searchedText(template));
    return words.every((word) => text.includes(word));
  });
}

const searchedTexts = new WeakMap<GalleryTemplate, string>();

function searchedText(template: GalleryTemplate): string {
  const { name, about, flow } = template;
  const text =
    searchedTexts.get(template) ??
    [name, about, flow?.description, ...(flow ? textsOfSteps(flow.flowSteps) : [])].join("\n");
  searchedTexts.set(template, text);
  return text;
}

function textsOfSteps(steps: readonly JsonObject[]): readonly string[] {
  return steps.flatMap((step) => {
    const { name, type, config } = step;
    const label = typeof type === "string" ? `${type} ${findStepType(type)?.label ?? ""}` : "";
    const nested = isJsonObject(config)
      ? BRANCH_NAMES.flatMap((branch) => {
          const list = config[branch];
          return Array.isArray(list) ? textsOfSteps(list.filter(isJsonObject)) : [];
        })
      : [];
    return [`${typeof name === "string" ? name : ""} ${label}`, ...nested];
  });
}

function fold(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
