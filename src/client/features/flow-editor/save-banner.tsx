import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { findTrouble } from "#client/document/save-trouble.ts";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import type { SaveBannerProps } from "./trouble-banner.tsx";

const BehindBanner = lazyPart(async () => (await import("./save-parts.tsx")).BehindBanner);

const TroubleBanner = lazyPart(async () => (await import("./save-parts.tsx")).TroubleBanner);

/** What went wrong with the last save, that every edit is kept, and what can be done. Nothing when all is well. */
export function SaveBanner(props: SaveBannerProps) {
  const trouble = useOpenFlowState(findTrouble);
  if (trouble?.type === "behind") return <BehindBanner {...props} />;
  return trouble && <TroubleBanner {...props} trouble={trouble} />;
}

/** It is needed when the network may be gone. */
SaveBanner.preload = () => {
  BehindBanner.preload();
  TroubleBanner.preload();
};
