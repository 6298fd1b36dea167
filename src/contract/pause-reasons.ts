/**
 * Why the server paused a schedule or an alert: a key with fewer scopes published the flow, or the key that made it was
 * removed.
 */
export const PAUSE_REASONS = ["publisher", "key"] as const;
