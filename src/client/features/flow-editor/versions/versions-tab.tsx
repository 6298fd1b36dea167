import { type ReactNode, useState } from "react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { ComparePage } from "./compare-page.tsx";
import type { Restored } from "./restore-dialog.tsx";
import { type VersionDialog, VersionDialogs } from "./version-dialogs.tsx";
import { VersionList } from "./version-list.tsx";
import { VersionPage } from "./version-page.tsx";
import { type VersionsPlace, isVersionSide } from "./versions-address.ts";
import { useVersionCommands } from "./use-version-commands.ts";

export type VersionsTabProps = {
  readonly place: VersionsPlace;
  readonly onRestored: (restored: Restored) => void;
};

/** The versions of the open flow: the list, one of them, or two compared. Import it only where it is lazy. */
export function VersionsTab({ place, onRestored }: VersionsTabProps) {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const [dialog, setDialog] = useState<VersionDialog>();
  const commands = useVersionCommands(flowId, setDialog);
  const { startAt, hasMoved } = useWayBack(place);

  const show = (): ReactNode => {
    switch (place.type) {
      case "list":
        return <VersionList filter={place.filter} {...{ flowId, commands, startAt }} />;
      case "version":
        return (
          <VersionPage
            key={place.versionId}
            versionId={place.versionId}
            takesFocus={hasMoved}
            {...{ flowId, commands }}
          />
        );
      case "compare":
        return <ComparePage flowId={flowId} comparison={place} takesFocus={hasMoved} />;
    }
  };
  return (
    <section
      aria-label="Versions"
      data-versions=""
      className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface"
    >
      {show()}
      <VersionDialogs {...{ dialog, onRestored }} onClose={() => setDialog(undefined)} />
    </section>
  );
}

/** Which version the list was left by, and whether this view was come to from another one here. */
function useWayBack(place: VersionsPlace) {
  const here = JSON.stringify(place);
  const [way, setWay] = useState<{ here: string; startAt: string | undefined; hasMoved: boolean }>({
    here,
    startAt: undefined,
    hasMoved: false,
  });
  if (way.here === here) return way;
  const startAt = versionOf(JSON.parse(way.here)) ?? way.startAt;
  const next = { here, startAt, hasMoved: true };
  setWay(next);
  return next;
}

/** The version that a place is about, if it is about one. */
function versionOf(place: VersionsPlace): string | undefined {
  switch (place.type) {
    case "list":
      return undefined;
    case "version":
      return place.versionId;
    case "compare":
      return [place.to, place.from].find(isVersionSide);
  }
}
