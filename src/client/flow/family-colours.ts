import { type Family, findStepType } from "#contract/step-types.ts";

/** Class names of one family; written out, since Tailwind finds only whole ones in the source. */
export interface FamilyColours {
  readonly text: string;
  readonly soft: string;
  readonly ring: string;
  readonly fill: string;
  readonly stroke: string;
}

const colours: Readonly<Record<Family | "unknown", FamilyColours>> = {
  AI: { text: "text-ai", soft: "bg-ai-soft", ring: "border-ai/35", fill: "fill-ai", stroke: "stroke-ai" },
  Context: {
    text: "text-context",
    soft: "bg-context-soft",
    ring: "border-context/35",
    fill: "fill-context",
    stroke: "stroke-context",
  },
  Actions: {
    text: "text-actions",
    soft: "bg-actions-soft",
    ring: "border-actions/35",
    fill: "fill-actions",
    stroke: "stroke-actions",
  },
  Records: {
    text: "text-records",
    soft: "bg-records-soft",
    ring: "border-records/35",
    fill: "fill-records",
    stroke: "stroke-records",
  },
  Replies: {
    text: "text-replies",
    soft: "bg-replies-soft",
    ring: "border-replies/35",
    fill: "fill-replies",
    stroke: "stroke-replies",
  },
  Control: {
    text: "text-control",
    soft: "bg-control-soft",
    ring: "border-control/35",
    fill: "fill-control",
    stroke: "stroke-control",
  },
  unknown: {
    text: "text-unknown",
    soft: "bg-unknown-soft",
    ring: "border-unknown/35",
    fill: "fill-unknown",
    stroke: "stroke-unknown",
  },
};

/** The colours of a step type's family; slate for a type that the catalogue does not know. */
export function familyColours(type: string): FamilyColours {
  return colours[findStepType(type)?.family ?? "unknown"];
}
