import { type ReactNode, createContext, useContext, useEffect, useState } from "react";
import { type StoreApi, createStore, useStore } from "zustand";
import { runAfterNextPaint } from "#client/data/api/run-after-next-paint.ts";
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

const DelayedStateContext = createContext<StoreApi<OpenFlowState> | undefined>(undefined);

export function useOpenFlowState<T>(select: (state: OpenFlowState) => T): T {
  const openFlow = useOpenFlow();
  return useStore(useContext(DelayedStateContext) ?? openFlow, select);
}

/** Its children show a change one frame later, so that the edited row is drawn first. */
export function ShownAfterRows({ children }: { readonly children: ReactNode }) {
  const openFlow = useOpenFlow();
  const [delayed] = useState(() => createStore(openFlow.getState));
  useEffect(() => {
    let cancel: (() => void) | undefined;
    const update = () => {
      cancel = undefined;
      delayed.setState(openFlow.getState(), true);
    };
    update();
    const unsubscribe = openFlow.subscribe(() => (cancel ??= runAfterNextPaint(update)));
    return () => {
      unsubscribe();
      cancel?.();
    };
  }, [openFlow, delayed]);
  return <DelayedStateContext value={delayed}>{children}</DelayedStateContext>;
}

/** Returns why the user may not edit flows; undefined if they may. */
export function useViewOnlyReason(): string | undefined {
  return useOpenFlowState(({ viewOnlyReason }) => viewOnlyReason);
}
