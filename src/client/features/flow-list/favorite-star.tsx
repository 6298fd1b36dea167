import { Star } from "lucide-react";
import { useStore } from "zustand";
import type { FlowListItem } from "#contract/flow.ts";
import { favoriteFlowStore } from "#client/data/device/favorite-flows.ts";
import { setFavoriteWithToast } from "#client/flow/favorite-toast.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type FavoriteStarProps = { readonly row: FlowListItem; readonly isActive: boolean };

/** Hollow stars show only in the row under the pointer or with the focus, and on touch screens. */
export function FavoriteStar({ row: flow, isActive }: FavoriteStarProps) {
  const isFavorite = useIsFavorite(flow.id);
  return (
    <button
      type="button"
      aria-label={`Favorite ${flow.name}`}
      aria-pressed={isFavorite}
      tabIndex={isActive ? 0 : -1}
      onClick={() => setFavoriteWithToast(flow, !isFavorite)}
      className={joinClasses(
        "relative z-10 grid size-6 place-items-center rounded-md hover:bg-hover",
        isFavorite
          ? "text-warning"
          : "text-faint opacity-0 focus-visible:opacity-100 in-[li:focus-within]:opacity-100 in-[li:hover]:opacity-100 pointer-coarse:opacity-100",
      )}
    >
      <Star className={joinClasses("size-4", isFavorite && "fill-current")} />
    </button>
  );
}

export function useIsFavorite(id: string): boolean {
  return useStore(favoriteFlowStore, (flows) => flows.some((flow) => flow.id === id));
}
