import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { type FlowTab, keepStep } from "./flow-tabs.tsx";

/** Goes to another view of the open flow, with a step in the address if one is to be looked at. */
export function useShowTab(current: FlowTab): (tab: FlowTab, step?: StepKey) => void {
  const openFlow = useOpenFlow();
  const navigate = useNavigate();
  return useCallback(
    (tab, step) => {
      if (tab === current) return;
      void navigate({
        to: addresses[tab],
        params: { flowId: openFlow.getState().flow.id },
        search: step === undefined ? keepStep : { step },
        resetScroll: false,
      });
    },
    [openFlow, navigate, current],
  );
}

const addresses = {
  steps: "/flows/$flowId",
  json: "/flows/$flowId/json",
  versions: "/flows/$flowId/versions",
  runs: "/flows/$flowId/runs",
} as const;
