import { lazyPart } from "#client/ui/lazy-part.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";

// What an open flow shows besides its steps, each loaded when it is first looked at.

export const JsonTab = lazyPart(async () => (await import("./json-tab/json-tab.tsx")).JsonTab, {
  fallback: <SkeletonRows label="Loading the JSON editor" rows={8} />,
});

export const VersionsTab = lazyPart(async () => (await import("./versions/versions-tab.tsx")).VersionsTab, {
  fallback: <SkeletonRows label="Loading the versions" rows={8} />,
});

export const RunsTab = lazyPart(async () => (await import("./runs/runs-tab.tsx")).RunsTab, {
  fallback: <SkeletonRows label="Loading the runs" rows={8} />,
});

export const LastRunsReader = lazyPart(
  async () => (await import("./runs/last-runs-reader.tsx")).LastRunsReader,
  {
    onFail: () => undefined,
  },
);

export const RestoredBar = lazyPart(async () => (await import("./versions/restored-bar.tsx")).RestoredBar);

export const TryButton = lazyPart(async () => (await import("./try/try-button.tsx")).TryButton, {
  // The menu has it too.
  onFail: () => undefined,
});

/** Preloaded, since it tells of an edit at once. */
export const BreakageBar = lazyPart(async () => (await import("./breakage-bar.tsx")).BreakageBar, {
  onFail: () => undefined,
});
