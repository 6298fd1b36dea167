import { createOnOffSettingInLocalStorage } from "#client/ui/hooks/browser-features.ts";

/** Whether single-character shortcuts work. WCAG 2.1.4 requires a way to switch such shortcuts off. */
export const singleKeyShortcutsPreference = createOnOffSettingInLocalStorage("flowline-single-keys", true);
