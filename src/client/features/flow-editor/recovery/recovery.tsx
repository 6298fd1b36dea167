import { useState } from "react";
import { useStore } from "zustand";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import type { RecoveryBarProps } from "./recovery-bar.tsx";

const RecoveryBar = lazyPart(
  async () => (await import("#client/features/flow-editor/save-parts.tsx")).RecoveryBar,
);

/** What other pages left behind of this flow. Its code is loaded only where there is something. */
export function Recovery(props: RecoveryBarProps) {
  const isFound = useStore(props.journal, ({ found }) => found.length > 0);
  // What is taken is no longer found, but still told.
  const [wasFound, setWasFound] = useState(isFound);
  if (isFound && !wasFound) setWasFound(true);
  return wasFound ? <RecoveryBar {...props} /> : null;
}
