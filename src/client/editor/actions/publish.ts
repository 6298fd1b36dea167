import { Play, Upload } from "lucide-react";
import { RUN_ON_RECORDS_SCOPES, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { explainEmptyFlow } from "#client/editor/session/explain-empty-flow.ts";
import { explainRefusedRun } from "#client/editor/session/use-run-on-records-reason.ts";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";

export const openPublishDialogAction = defineEditorAction({
  id: "publish",
  needs: EDIT_SCOPES,
  label: "Publish…",
  icon: Upload,
  scope: "page",
  disabledReason: ({ openFlow }) => {
    const state = openFlow.getState();
    const isLive = getPublishState(state.flow) === "published" && countUnsavedEdits(state) === 0;
    return isLive ? "Up to date." : explainEmptyFlow(state);
  },
  run: ({ page }) => page.current?.openPublishDialog(),
});

export const openRunOnRecordsDialogAction = defineEditorAction({
  id: "run",
  needs: RUN_ON_RECORDS_SCOPES,
  label: "Run on records…",
  icon: Play,
  scope: "page",
  disabledReason: ({ page, openFlow }) =>
    explainRefusedRun(
      page.current?.client.getQueryData(serverCapabilityQueries.current().queryKey),
      openFlow.getState(),
    ),
  run: ({ page }) => page.current?.openRunDialog(),
});
