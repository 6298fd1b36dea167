import { Star, Tag } from "lucide-react";
import { explainMissingScope, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { areTagsKeptOnDevice } from "#client/data/queries/flow-queries.ts";
import { favoriteFlowStore } from "#client/data/device/favorite-flows.ts";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";
import { reportUnreachableCode } from "./export.ts";

export const editFlowTagsAction = defineEditorAction({
  id: "tags",
  label: "Tags…",
  icon: Tag,
  scope: "page",
  // Tags that this browser keeps need no scope.
  disabledReason: ({ page }) => {
    const client = page.current?.client;
    if (!client || areTagsKeptOnDevice(client)) return undefined;
    const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
    return explainMissingScope(server, ...EDIT_SCOPES);
  },
  run: ({ openDialog }) => openDialog({ type: "tags" }),
});

const isFavorite = (id: string) => favoriteFlowStore.getState().some((flow) => flow.id === id);

export const toggleFavoriteAction = defineEditorAction({
  id: "favorite",
  label: "Add to favorites",
  menuLabel: ({ openFlow }) =>
    isFavorite(openFlow.getState().flow.id) ? "Remove from favorites" : "Add to favorites",
  icon: Star,
  scope: "page",
  run: ({ openFlow }) => {
    const { flow } = openFlow.getState();
    return import("#client/flow/favorite-toast.ts").then(
      ({ setFavoriteWithToast }) => setFavoriteWithToast(flow, !isFavorite(flow.id)),
      reportUnreachableCode,
    );
  },
});
