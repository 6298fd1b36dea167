import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { OpenFlow, OpenFlowState } from "./open-flow.ts";

const OpenFlowContext = createContext<OpenFlow | undefined>(undefined);

export const OpenFlowProvider = OpenFlowContext.Provider;

/** The open flow itself, for handlers; it never changes while the page is open, so nothing re-renders by it. */
export function useOpenFlow(): OpenFlow {
  const openFlow = useContext(OpenFlowContext);
  if (!openFlow) throw new Error("useOpenFlow is for components inside an OpenFlowProvider");
  return openFlow;
}

/** One value of the open flow; the component renders again only when that value changes. */
export function useOpenFlowState<T>(select: (state: OpenFlowState) => T): T {
  return useStore(useOpenFlow(), select);
}
