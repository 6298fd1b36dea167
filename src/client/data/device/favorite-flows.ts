import { MAX_LISTED_IDS } from "#contract/flow.ts";
import { createDeviceStore } from "./device-store.ts";

export interface FavoriteFlow {
  readonly id: string;
  /** The flow's name when it was marked. */
  readonly name: string;
}

/** The list asks the server for favorites by their ids, so there are at most as many as the server accepts. */
export const MAX_FAVORITES = MAX_LISTED_IDS;

/** The flows that the user marked in this browser, in the order of marking. */
export const favoriteFlowStore = createDeviceStore(
  "flowline-favorite-flows",
  (stored): readonly FavoriteFlow[] =>
    Array.isArray(stored) ? stored.filter(isFavoriteFlow).slice(0, MAX_FAVORITES) : [],
);

export function isFavoriteFlow(value: unknown): value is FavoriteFlow {
  const { id, name } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === "string" && typeof name === "string";
}
