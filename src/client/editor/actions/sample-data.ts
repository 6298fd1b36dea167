import { FlaskRound } from "lucide-react";
import { offersApiFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { defineEditorAction } from "./define-action.ts";

export const editSampleDataAction = defineEditorAction({
  id: "sampleData",
  label: "Sample data…",
  icon: FlaskRound,
  scope: "page",
  isShown: ({ page }) =>
    offersApiFeature(
      page.current?.client.getQueryData(serverCapabilityQueries.current().queryKey),
      "dispatch",
    ),
  run: ({ openDialog }) => openDialog({ type: "sampleData" }),
});
