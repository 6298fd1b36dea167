import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { type Flow, type PublishState, SAMPLE_FLOW_ID_PREFIX } from "#contract/flow.ts";

/** Formats the number of steps, such as “7 steps, 1 off”, where `disabled` steps are off. */
export function formatStepCount(count: number, disabled = 0): string {
  const steps = formatCount(count, "step");
  return disabled > 0 ? `${steps}, ${formatNumber(disabled)} off` : steps;
}

/** Describes the steps that a preview leaves out: `hidden` top-level steps and all `nested` ones. */
export function describeStepsNotShown(hidden: number, nested: number): readonly string[] {
  return [
    ...(hidden > 0 ? [formatCount(hidden, "more step")] : []),
    ...(nested > 0 ? [`${formatCount(nested, "nested step")} not shown`] : []),
  ];
}

/** Why a flow without steps can't be published or run. */
export const NO_STEPS_REASON = "Add a step first.";

/** Fields from which the publish state is derived; servers other than Flowline's may send none of them. */
export type PublishStateFields = Pick<
  Flow,
  "status" | "publishedVersionId" | "publishedVersionNumber" | "hasUnpublishedChanges"
>;

export function getPublishState(flow: PublishStateFields): PublishState | undefined {
  if (flow.status === undefined && flow.publishedVersionId === undefined) return undefined;
  const isPublished = typeof flow.publishedVersionId === "string" || flow.status === "active";
  if (isPublished) return flow.hasUnpublishedChanges ? "changed" : "published";
  return flow.status === "draft" || flow.publishedVersionId === null ? "draft" : undefined;
}

/** With the version or number of changes if known, such as “Published v3”. */
export function describePublishState(state: PublishState, version?: number | null, count?: number): string {
  switch (state) {
    case "draft":
      return "Draft";
    case "changed":
      if (count === undefined || count === 0) return "Unpublished changes";
      return formatCount(count, "unpublished change");
    case "published":
      return version == null ? "Published" : `Published v${version}`;
  }
}

/** A copy of a sample has another id and counts as the user's flow. */
export function isSampleFlowId(id: string): boolean {
  return id.startsWith(`${SAMPLE_FLOW_ID_PREFIX}_`);
}
