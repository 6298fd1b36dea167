import { changeDeviceStore } from "./change-device-store.ts";
import { type FavoriteFlow, MAX_FAVORITES, favoriteFlowStore } from "./favorite-flows.ts";

export type FavoriteOutcome = "added" | "removed" | "full" | "refused";

/** Adds or removes the flow. `full`: there are {@link MAX_FAVORITES}; `refused`: the browser did not store the change. */
export function setFavorite({ id, name }: FavoriteFlow, isFavorite: boolean): FavoriteOutcome {
  let isFull = false;
  const isStored = changeDeviceStore(favoriteFlowStore, (flows) => {
    const others = flows.filter((flow) => flow.id !== id);
    isFull = isFavorite && others.length >= MAX_FAVORITES;
    if (isFull) return flows;
    return isFavorite ? [...others, { id, name }] : others;
  });
  if (isFull) return "full";
  if (!isStored) return "refused";
  return isFavorite ? "added" : "removed";
}
