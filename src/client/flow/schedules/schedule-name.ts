import type { Schedule } from "#contract/schedule.ts";
import type { PublishStateFields } from "#client/flow/publish-state.ts";

export interface ScheduledFlow extends PublishStateFields {
  readonly id: string;
  readonly name: string;
}

/** The name of the schedule or, without one, of its flow. `flow` is undefined while it is not known. */
export function getScheduleName({ name, flowName }: Schedule, flow?: ScheduledFlow | null): string {
  return name || flow?.name || flowName || "Unnamed";
}

export function getScheduledFlowName({ flowName }: Schedule, flow: ScheduledFlow | null | undefined): string {
  return flow?.name ?? flowName ?? "";
}
