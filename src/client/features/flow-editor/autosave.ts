import { createStoredSwitch } from "#client/ui/stored-switch.ts";

/** Whether flows are saved without being asked for, in this browser. Off at first: a saved flow is what runs. */
export const autosave = createStoredSwitch("flowline-autosave", false);
