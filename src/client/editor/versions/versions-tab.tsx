import { type ReactNode, useEffect, useState } from "react";
import { preloadOnFirstUse } from "#client/data/api/preload.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useLastOpened } from "#client/flow/view-heading.tsx";
import { createLazyComponent, createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import type { RestoredVersionDocument } from "./version-dialog.tsx";
import { VersionList } from "./version-list.tsx";
import { type VersionsTabRoute, isVersionIdComparisonSide } from "./versions-tab-route.ts";
import { type OpenVersionDialogState, useVersionActions } from "./use-version-actions.ts";

const VersionPage = createLazyComponent(async () => (await import("./version-page.tsx")).VersionPage, {
  fallback: <SkeletonRows label="Loading version" rows={8} />,
});

const ComparePage = createLazyComponent(async () => (await import("./compare-page.tsx")).ComparePage, {
  fallback: <SkeletonRows label="Loading comparison" rows={8} />,
});

const VersionDialog = createLazyDialog(async () => (await import("./version-dialog.tsx")).VersionDialog);

type VersionsTabProps = {
  readonly place: VersionsTabRoute;
  readonly onRestored: (restored: RestoredVersionDocument) => void;
};

/** The Versions tab of the editor. Import lazily, so that the editor's main chunk does not include the tab. */
export function VersionsTab({ place, onRestored }: VersionsTabProps) {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const [dialog, setDialog] = useState<OpenVersionDialogState>();
  const actions = useVersionActions(flowId, setDialog);
  useEffect(() => preloadOnFirstUse(VersionPage.preload, ComparePage.preload, VersionDialog.preload), []);
  const { startAt, hasMoved } = useLastOpened(JSON.stringify(place), findVersionInPlace(place));

  const show = (): ReactNode => {
    switch (place.type) {
      case "list":
        return <VersionList filter={place.filter} flowId={flowId} actions={actions} startAt={startAt} />;
      case "version":
        return (
          <VersionPage
            key={place.versionId}
            versionId={place.versionId}
            takesFocus={hasMoved}
            flowId={flowId}
            actions={actions}
          />
        );
      case "compare":
        return <ComparePage flowId={flowId} comparison={place} takesFocus={hasMoved} />;
    }
  };
  return (
    <section aria-label="Versions" data-versions="" className="flex min-h-0 min-w-0 flex-1 flex-col">
      {show()}
      {dialog && (
        <VersionDialog dialog={dialog} onRestored={onRestored} onClose={() => setDialog(undefined)} />
      )}
    </section>
  );
}

function findVersionInPlace(place: VersionsTabRoute): string | undefined {
  switch (place.type) {
    case "list":
      return undefined;
    case "version":
      return place.versionId;
    case "compare":
      return [place.to, place.from].find(isVersionIdComparisonSide);
  }
}
