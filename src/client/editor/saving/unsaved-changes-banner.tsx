import { useState } from "react";
import { useStore } from "zustand";
import { useIsOffline } from "#client/data/api/server-reachability.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { findReasonForUnsavedFlow } from "#client/document/saving/save-state.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import {
  type RemoteUpdateHistoryEntry,
  getLastEditIfRemoteUpdate,
} from "#client/document/remote/remote-update.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { RecoveryBarProps } from "#client/editor/saving/recovery/recovery-bar.tsx";
import type { UnsavedChangesBannerProps } from "./unsaved-reason-banner.tsx";

const StaleVersionBanner = createLazyComponent(
  async () => (await import("./unsaved-dialogs.tsx")).StaleVersionBanner,
);

const UnsavedReasonBanner = createLazyComponent(
  async () => (await import("./unsaved-dialogs.tsx")).UnsavedReasonBanner,
);

export function UnsavedChangesBanner(props: UnsavedChangesBannerProps) {
  const trouble = useOpenFlowState(findReasonForUnsavedFlow);
  const isOffline = useIsOffline();
  if (trouble?.type === "behind") return <StaleVersionBanner {...props} />;
  // The page's own banner already reports that the server is unreachable.
  if (isOffline && trouble?.type === "waiting" && trouble.reason === "offline") return null;
  return trouble && <UnsavedReasonBanner {...props} trouble={trouble} />;
}

/** Loads the code of the banners in advance: the network may be gone when a banner is needed. */
UnsavedChangesBanner.preload = () => {
  StaleVersionBanner.preload();
  UnsavedReasonBanner.preload();
};

const LazyStepFieldNotice = createLazyComponent(
  async () => (await import("./unsaved-dialogs.tsx")).StepFieldNotice,
);

/** Loaded only if there is something to report. */
export function StepFieldNotice() {
  return useOpenFlowState(({ flow }) => flow.stepFields) !== undefined && <LazyStepFieldNotice />;
}

const RemoteUpdateSummary = createLazyComponent(
  async () => (await import("./unsaved-dialogs.tsx")).RemoteUpdateSummary,
);

type RemoteUpdateBarProps = { readonly onUndo: () => void; readonly onGoTo: (problem: Problem) => void };

/** Not after another edit, even if undoing that makes the update the last entry of the history again. */
export function RemoteUpdateBanner(props: RemoteUpdateBarProps) {
  const remoteUpdate = useOpenFlowState(getLastEditIfRemoteUpdate);
  const [latest, setLatest] = useState(remoteUpdate);
  const [overUpdate, setOverUpdate] = useState<RemoteUpdateHistoryEntry>();
  const [dismissed, setDismissed] = useState<RemoteUpdateHistoryEntry>();
  if (remoteUpdate !== latest) {
    setLatest(remoteUpdate);
    if (latest) setOverUpdate(latest);
  }
  if (!remoteUpdate || remoteUpdate === dismissed || remoteUpdate === overUpdate) return null;
  return (
    <RemoteUpdateSummary
      {...props}
      remoteUpdate={remoteUpdate}
      onDismiss={() => setDismissed(remoteUpdate)}
    />
  );
}

/** Loads the code of the bar in advance: the network may be gone when another client's save is reported. */
RemoteUpdateBanner.preload = RemoteUpdateSummary.preload;

const RecoveryBar = createLazyComponent(async () => (await import("./unsaved-dialogs.tsx")).RecoveryBar);

export function LazyRecoveryBar(props: RecoveryBarProps) {
  const isFound = useStore(props.journal, ({ found }) => found.length > 0);
  // Recovered edits leave `found`, but the bar must still offer to discard them.
  const [wasFound, setWasFound] = useState(isFound);
  if (isFound && !wasFound) setWasFound(true);
  return wasFound ? <RecoveryBar {...props} /> : null;
}
