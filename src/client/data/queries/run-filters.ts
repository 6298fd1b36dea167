import {
  RUN_OUTCOMES,
  RUN_START_CAUSES,
  type RunOutcome,
  type RunStartCause,
} from "#contract/run-statuses.ts";
import { MAX_STEP_RESULT_AGE_HOURS, type StepResultAgeFilter } from "./result-filters.ts";
import { pickKnownValue } from "./pick-known-value.ts";

/** Filters of a list of runs, all of them in the URL. */
export interface RunFilters {
  readonly outcome?: RunOutcome;
  readonly by?: RunStartCause;
  readonly age?: StepResultAgeFilter;
  /** Id of a flow, in the list of the runs of all flows. */
  readonly flow?: string;
  /** Only runs of flows with this tag. */
  readonly tag?: string;
}

export function parseRunFilters({ outcome, by, age, flow, tag: tags }: Record<string, unknown>): RunFilters {
  // The list of flows can have several tags, so the router reads each as a list.
  const [tag] = [tags].flat();
  return {
    ...pickKnownValue("outcome", RUN_OUTCOMES, outcome),
    ...pickKnownValue("by", RUN_START_CAUSES, by),
    ...pickKnownValue("age", Object.keys(MAX_STEP_RESULT_AGE_HOURS) as StepResultAgeFilter[], age),
    ...(typeof flow === "string" && /^[\w\-:.]{1,128}$/.test(flow) && { flow }),
    ...(typeof tag === "string" && /^[^\p{Cc}]{1,40}$/u.test(tag) && { tag }),
  };
}

export function hasRunFilter(filters: RunFilters): boolean {
  return Object.keys(filters).length > 0;
}
