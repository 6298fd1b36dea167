import { createStoredOnOffSetting } from "#client/storage/stored-value.ts";

/** Whether this browser saves flows automatically. Off by default, because runs use the saved flow. */
export const autosavePreference = createStoredOnOffSetting("flowline-autosave", false);

/** Whether the inspector shows a step's last result at first, if it has one, instead of the settings. */
export const lastResultPreference = createStoredOnOffSetting("flowline-last-result", false);

/** Whether the overview is open on pages that are too narrow to show it permanently. */
export const overviewOpenPreference = createStoredOnOffSetting("flowline-overview", false);
