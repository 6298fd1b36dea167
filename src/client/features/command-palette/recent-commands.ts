import { changeDeviceStore } from "#client/data/device/change-device-store.ts";
import { createDeviceStore } from "#client/data/device/device-store.ts";

const MAX_COMMANDS = 12;

const recentCommandStore = createDeviceStore("flowline-recent-commands", (stored): readonly string[] =>
  Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [],
);

/** Returns the ids of the commands that the signed-in user picked in this browser, latest first. */
export const readRecentCommands = recentCommandStore.getState;

export function noteUsedCommand(id: string): void {
  changeDeviceStore(recentCommandStore, (ids) =>
    [id, ...ids.filter((other) => other !== id)].slice(0, MAX_COMMANDS),
  );
}
