import { useMutationState } from "@tanstack/react-query";
import { History, Pause, Pencil, Play, RotateCw, Trash2 } from "lucide-react";
import type { Schedule } from "#contract/schedule.ts";
import { scheduleMutations } from "#client/data/mutations/schedule-mutations.ts";
import { Switch } from "#client/ui/controls/switch.tsx";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { getScheduleState } from "./describe-schedule.ts";
import type { ScheduleActions } from "./use-schedule-actions.tsx";

export const RUNS_AGENT = "This schedule runs an agent. Edit it in Runtype.";
const HAS_ENDED = "The only time of this schedule has passed. Edit it to set another.";

type ScheduleSwitchProps = {
  readonly schedule: Schedule;
  readonly name: string;
  readonly actions: ScheduleActions;
  readonly tabIndex?: number;
};

/** On while the schedule is active. Shows the wanted state until the server has answered. */
export function ScheduleSwitch({ schedule, name, actions, tabIndex = 0 }: ScheduleSwitchProps) {
  const isEnded = getScheduleState(schedule, useMinuteClock()) === "ended";
  const [wanted] = useMutationState({
    filters: { mutationKey: scheduleMutations.setEnabled(schedule.id).mutationKey, status: "pending" },
    select: ({ state }) => state.variables === true,
  }).slice(-1);
  return (
    <Switch
      label={`Active, ${name}`}
      checked={wanted ?? (schedule.enabled && !isEnded)}
      disabledReason={
        schedule.enabled ? actions.deleteReason : (actions.readOnlyReason ?? explainEnd(isEnded))
      }
      onCheckedChange={(isEnabled) => actions.setEnabled(schedule, isEnabled)}
      tabIndex={tabIndex}
      className="relative z-10"
    />
  );
}

export function listScheduleMenuEntries(
  schedule: Schedule,
  actions: ScheduleActions,
  onShowRuns: (() => void) | undefined,
): readonly MenuItemSeparatorOrSubmenu[] {
  const state = getScheduleState(schedule, Date.now());
  return [
    {
      type: "item",
      label: "Run now",
      icon: Play,
      disabledReason: actions.runReason,
      onSelect: () => actions.runNow(schedule),
    },
    {
      type: "item",
      label: "Edit…",
      icon: Pencil,
      shortcut: "F2",
      disabledReason: actions.readOnlyReason ?? (schedule.agentId === null ? undefined : RUNS_AGENT),
      onSelect: () => actions.edit(schedule),
    },
    schedule.enabled && state === "active"
      ? {
          type: "item",
          label: "Pause",
          icon: Pause,
          disabledReason: actions.deleteReason,
          onSelect: () => actions.setEnabled(schedule, false),
        }
      : {
          type: "item",
          label: "Resume",
          icon: RotateCw,
          disabledReason: actions.readOnlyReason ?? explainEnd(state === "ended"),
          onSelect: () => actions.setEnabled(schedule, true),
        },
    ...(onShowRuns
      ? [{ type: "item" as const, label: "Show scheduled runs", icon: History, onSelect: onShowRuns }]
      : []),
    { type: "separator" },
    {
      type: "item",
      label: "Delete",
      icon: Trash2,
      shortcut: "Delete",
      danger: true,
      disabledReason: actions.deleteReason,
      onSelect: () => actions.remove(schedule),
    },
  ];
}

const explainEnd = (isEnded: boolean) => (isEnded ? HAS_ENDED : undefined);
