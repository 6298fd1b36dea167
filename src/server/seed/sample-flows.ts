import type { JsonObject } from "#core/json.ts";
import type { FlowInput } from "./flow-input.ts";
import { invoiceReminders, leadResearch, meetingMinutes } from "./office-flows.ts";
import { documentIndex, feedbackRouter, releaseNotes } from "./product-flows.ts";

type SampleState =
  | { readonly type: "draft" }
  | { readonly type: "published" }
  /** Published, and changed since. */
  | {
      readonly type: "changed";
      readonly change: (flow: FlowInput) => { readonly flowSteps: readonly JsonObject[] };
    };

interface SampleFlow {
  readonly flow: FlowInput;
  readonly state: SampleState;
}

/** What a new embedded store begins with: one of every kind of state and structure that the dashboard shows. */
export const SAMPLE_FLOWS: readonly SampleFlow[] = [
  { flow: documentIndex, state: { type: "draft" } },
  { flow: invoiceReminders, state: { type: "draft" } },
  { flow: releaseNotes, state: { type: "published" } },
  { flow: meetingMinutes, state: { type: "draft" } },
  {
    flow: leadResearch,
    state: {
      type: "changed",
      change: ({ flowSteps }) => ({ flowSteps: switchOff(flowSteps, "tell-sales") }),
    },
  },
  { flow: feedbackRouter, state: { type: "published" } },
];

function switchOff(steps: readonly JsonObject[], id: string): readonly JsonObject[] {
  return steps.map((step) => (step["id"] === id ? { ...step, enabled: false } : step));
}
