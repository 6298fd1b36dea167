import { API_FEATURES, type ApiFeature } from "#contract/features.ts";

/** The states of the documented features where all are offered. */
export const ALL_API_FEATURES = Object.fromEntries(
  API_FEATURES.map((feature) => [feature, true]),
) as Readonly<Record<ApiFeature, true>>;
