import { Star, Tag } from "lucide-react";
import { readRememberedFlowIds } from "#client/flow/remembered-flows.ts";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";
import { reportUnreachableCode } from "./export.ts";

export const editFlowTagsAction = defineEditorAction({
  id: "tags",
  needs: EDIT_SCOPES,
  label: "Tags…",
  icon: Tag,
  scope: "page",
  run: ({ openDialog }) => openDialog({ type: "tags" }),
});

const isFavorite = (id: string) => readRememberedFlowIds("favorites").split(",").includes(id);

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
