type Urgency = "polite" | "assertive";
type Announcements = Readonly<Record<Urgency, string>>;

/** Long enough that key repeat leaves one announcement, short enough to feel like an answer. */
const settleMs = 100;

let current: Announcements = { polite: "", assertive: "" };
const listeners = new Set<() => void>();
const timers = new Map<Urgency, ReturnType<typeof setTimeout>>();

/**
 * Says a sentence to screen readers. Of several within a tenth of a second the last one is said. The region is emptied
 * first, so that the same sentence twice is read twice. Returns what takes the sentence back, for as long as it was not
 * said: what is done at once is not to be told as under way.
 */
export function announce(text: string, urgency: Urgency = "polite"): () => void {
  clearTimeout(timers.get(urgency));
  set(urgency, "");
  const timer = setTimeout(() => set(urgency, text), settleMs);
  timers.set(urgency, timer);
  return () => clearTimeout(timer);
}

export function getAnnouncements(): Announcements {
  return current;
}

export function subscribeToAnnouncements(onChange: () => void) {
  listeners.add(onChange);
  return () => void listeners.delete(onChange);
}

function set(urgency: Urgency, text: string) {
  if (current[urgency] === text) return;
  current = { ...current, [urgency]: text };
  for (const listener of listeners) listener();
}
