import {
  FLOW_TEMPLATES,
  type FlowTemplate,
  type FlowTemplateBody,
} from "#contract/flow-templates/flow-templates.ts";
import type { JsonObject } from "#core/json/json.ts";

type SampleState =
  | { readonly type: "draft" }
  | { readonly type: "published" }
  | {
      readonly type: "changed";
      readonly change: (flow: FlowTemplateBody) => { readonly flowSteps: readonly JsonObject[] };
    };

interface SampleFlow {
  readonly flow: FlowTemplateBody;
  readonly state: SampleState;
}

/** The flows of a new embedded store: at least one for each state and structure that the dashboard shows. */
export const SAMPLE_FLOWS: readonly SampleFlow[] = [
  { flow: flowOfTemplate("index-help-pages"), state: { type: "draft" } },
  { flow: flowOfTemplate("invoice-reminders"), state: { type: "draft" } },
  { flow: flowOfTemplate("release-notes"), state: { type: "published" } },
  { flow: flowOfTemplate("meeting-minutes"), state: { type: "draft" } },
  {
    flow: flowOfTemplate("lead-research"),
    state: {
      type: "changed",
      change: ({ flowSteps }) => ({ flowSteps: switchOff(flowSteps, "tell-sales") }),
    },
  },
  { flow: flowOfTemplate("feedback-router"), state: { type: "published" } },
  // The last flow is the newest, so that the list, which shows the newest flow first, begins with this flow.
  { flow: flowOfTemplate("order-summary"), state: { type: "draft" } },
];

function flowOfTemplate(id: FlowTemplate["id"]): FlowTemplateBody {
  const template = FLOW_TEMPLATES.find((known) => known.id === id);
  if (!template) throw new Error(`no flow template ${id}`);
  return template.flow;
}

function switchOff(steps: readonly JsonObject[], id: string): readonly JsonObject[] {
  return steps.map((step) => (step["id"] === id ? { ...step, enabled: false } : step));
}
