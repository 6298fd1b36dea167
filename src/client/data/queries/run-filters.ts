import {
  RUN_OUTCOMES,
  RUN_START_CAUSES,
  type RunOutcome,
  type RunStartCause,
} from "#contract/run-statuses.ts";
import { MAX_STEP_RESULT_AGE_HOURS, type StepResultAgeFilter } from "./result-filters.ts";
import { pickKnownValue } from "./pick-known-value.ts";

/** What a list of runs is narrowed to. All of it is in the URL. */
export interface RunFilters {
  readonly outcome?: RunOutcome;
  readonly by?: RunStartCause;
  readonly age?: StepResultAgeFilter;
}

export function parseRunFilters({ outcome, by, age }: Record<string, unknown>): RunFilters {
  return {
    ...pickKnownValue("outcome", RUN_OUTCOMES, outcome),
    ...pickKnownValue("by", RUN_START_CAUSES, by),
    ...pickKnownValue("age", Object.keys(MAX_STEP_RESULT_AGE_HOURS) as StepResultAgeFilter[], age),
  };
}

export function hasRunFilter(filters: RunFilters): boolean {
  return Object.keys(filters).length > 0;
}
