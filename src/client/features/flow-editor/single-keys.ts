import { createStoredSwitch } from "#client/ui/stored-switch.ts";

/** Whether shortcuts of a single character work (WCAG 2.1.4: who dictates to the page must be able to switch them off). */
export const singleKeys = createStoredSwitch("flowline-single-keys", true);
