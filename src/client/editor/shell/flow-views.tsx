import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import { closeOverlayWithToast, createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { KeysOnHold } from "#client/ui/focus/keys-on-hold.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";

// Parts of the flow editor whose code is loaded separately, so that the editor opens sooner.

export const JsonTab = createLazyComponent(
  async () => (await import("#client/editor/json-tab/json-tab.tsx")).JsonTab,
  {
    fallback: <SkeletonRows label="Loading JSON editor" rows={8} />,
  },
);

export const FindBar = createLazyComponent(
  async () => (await import("#client/editor/find/find-bar.tsx")).FindBar,
  {
    fallback: ({ initialQuery, onClose }) => <KeysOnHold onClose={() => onClose(initialQuery)} />,
    onFail: ({ initialQuery, onClose }) => closeOverlayWithToast({ onClose: () => onClose(initialQuery) }),
  },
);

export const VersionsTab = createLazyComponent(
  async () => (await import("#client/editor/versions/versions-tab.tsx")).VersionsTab,
  {
    fallback: <SkeletonRows label="Loading versions" rows={8} />,
  },
);

export const RunsTab = createLazyComponent(
  async () => (await import("#client/editor/runs/runs-tab.tsx")).RunsTab,
  {
    fallback: <SkeletonRows label="Loading runs" rows={8} />,
  },
);

export const LastRunsLoader = createLazyComponent(
  async () => (await loadAfterPaint(() => import("#client/editor/runs/last-runs-loader.tsx"))).LastRunsLoader,
  {
    onFail: () => undefined,
  },
);

export const RestoredVersionBanner = createLazyComponent(
  async () => (await import("#client/editor/versions/restored-version-banner.tsx")).RestoredVersionBanner,
);

export const TestRunButton = createLazyComponent(
  async () =>
    (await loadAfterPaint(() => import("#client/editor/test-run/test-run-button.tsx"))).TestRunButton,
  {
    // Reserves the button's space, so that the neighboring buttons do not move under the pointer.
    fallback: <span className="h-7 w-17 max-md:w-8" />,
    // Renders nothing if the code does not load, because the menu has an entry for the same action.
    onFail: () => undefined,
  },
);

/** Preloaded, because the bar must appear right after an edit that breaks references. */
export const BrokenReferencesBar = createLazyComponent(
  async () => (await import("#client/editor/actions/broken-references-bar.tsx")).BrokenReferencesBar,
  {
    onFail: () => undefined,
  },
);

export const OnboardingCardInEditor = createLazyComponent(
  async () => (await loadAfterPaint(() => import("./onboarding-card-in-editor.tsx"))).OnboardingCardInEditor,
  {
    onFail: () => undefined,
  },
);
