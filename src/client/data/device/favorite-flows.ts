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
export const favoriteFlowStore = createDeviceStore("flowline-favorite-flows", (stored) =>
  Array.isArray(stored) ? stored.filter(isFavoriteFlow).slice(0, MAX_FAVORITES) : NONE,
);

const NONE: readonly FavoriteFlow[] = [];

function isFavoriteFlow(value: unknown): value is FavoriteFlow {
  const { id, name } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === "string" && typeof name === "string";
}

export type FavoriteOutcome = "added" | "removed" | "full" | "refused";

/** Adds or removes the flow. `full`: there are {@link MAX_FAVORITES}; `refused`: the browser did not store the change. */
export function setFavorite({ id, name }: FavoriteFlow, isFavorite: boolean): FavoriteOutcome {
  let isFull = false;
  const isStored = favoriteFlowStore.change((flows) => {
    const others = flows.filter((flow) => flow.id !== id);
    isFull = isFavorite && others.length >= MAX_FAVORITES;
    if (isFull) return flows;
    return isFavorite ? [...others, { id, name }] : others;
  });
  if (isFull) return "full";
  if (!isStored) return "refused";
  return isFavorite ? "added" : "removed";
}
