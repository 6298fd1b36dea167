import { createOnOffSettingInLocalStorage } from "#client/ui/hooks/browser-features.ts";

/** Whether this browser saves flows automatically. Off by default, because runs use the saved flow. */
export const autosavePreference = createOnOffSettingInLocalStorage("flowline-autosave", false);

/** Whether the inspector shows a step's last result at first, if it has one, instead of the settings. */
export const lastResultPreference = createOnOffSettingInLocalStorage("flowline-last-result", false);

/** Whether the overview is open on pages that are too narrow to show it permanently. */
export const overviewOpenPreference = createOnOffSettingInLocalStorage("flowline-overview", false);
