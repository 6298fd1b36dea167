import { Download, Plus, Upload } from "lucide-react";
import { useEffect, useEffectEvent } from "react";
import { type PageCommand, registerPageCommands } from "#client/ui/overlays/page-commands.ts";
import { type FlowListSearchParams, toFlowFilters, hasActiveFlowFilters } from "./flow-list-search-params.ts";
import type { FlowListActions } from "./use-list-actions.ts";

export type FlowListCommandsProps = {
  readonly address: FlowListSearchParams;
  readonly actions: FlowListActions;
  readonly hasRows: boolean;
};

export function FlowListCommands(list: FlowListCommandsProps) {
  const listCommands = useEffectEvent((): readonly PageCommand[] => [
    {
      id: "newFlow",
      type: "item",
      label: "New flow",
      icon: Plus,
      disabledReason: list.actions.viewOnlyReason,
      onSelect: list.actions.createFlow,
    },
    ...listMenuCommands(list),
  ]);
  useEffect(() => registerPageCommands({ listCommands: () => listCommands() }), []);
  return null;
}

export function listMenuCommands({
  address,
  actions,
  hasRows,
}: FlowListCommandsProps): readonly PageCommand[] {
  return [
    {
      id: "importFlows",
      type: "item",
      label: "Import flows…",
      icon: Upload,
      disabledReason: actions.viewOnlyReason,
      onSelect: () => actions.importFlows([]),
    },
    {
      id: "exportFlows",
      type: "item",
      label: hasActiveFlowFilters(address) ? "Export matching flows" : "Export all flows",
      icon: Download,
      disabledReason: hasRows ? undefined : "No flows to export.",
      onSelect: () => actions.exportFlows(toFlowFilters(address)),
    },
  ];
}
