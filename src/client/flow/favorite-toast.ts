import { quoteName } from "#core/text/quote-name.ts";
import { type FavoriteFlow, MAX_FAVORITES } from "#client/data/device/favorite-flows.ts";
import { type FavoriteOutcome, setFavorite } from "#client/data/device/set-favorite.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

/** Adds the flow to the favorites of this browser, or removes it, and reports a failure. */
export function setFavoriteWithToast(flow: FavoriteFlow, isFavorite: boolean): void {
  const outcome = setFavorite({ id: flow.id, name: flow.name }, isFavorite);
  const text = describeOutcome(outcome, quoteName(flow.name));
  if (outcome === "full" || outcome === "refused") toasts.show({ tone: "danger", text });
  else announceToScreenReaders(text);
}

function describeOutcome(outcome: FavoriteOutcome, name: string): string {
  switch (outcome) {
    case "added":
      return `Added ${name} to favorites.`;
    case "removed":
      return `Removed ${name} from favorites.`;
    case "full":
      return `You have ${MAX_FAVORITES} favorites. Remove one first.`;
    case "refused":
      return "Couldn’t change favorites. The browser’s storage is full or blocked.";
  }
}
