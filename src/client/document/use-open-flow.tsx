import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { OpenFlow } from "./open-flow.ts";
import type { OpenFlowState } from "./open-flow-state.ts";

const OpenFlowContext = createContext<OpenFlow | undefined>(undefined);

export const OpenFlowProvider = OpenFlowContext.Provider;

/** Returns the open flow for event handlers. The object never changes, so reading it causes no rerender. */
export function useOpenFlow(): OpenFlow {
  const openFlow = useContext(OpenFlowContext);
  if (!openFlow) throw new Error("useOpenFlow is for components inside an OpenFlowProvider");
  return openFlow;
}

export function useOpenFlowState<T>(select: (state: OpenFlowState) => T): T {
  return useStore(useOpenFlow(), select);
}

/** Returns why the user may not edit flows; undefined if they may. */
export function useViewOnlyReason(): string | undefined {
  return useOpenFlowState(({ viewOnlyReason }) => viewOnlyReason);
}
