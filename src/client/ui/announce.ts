type Urgency = "polite" | "assertive";
type Announcements = Readonly<Record<Urgency, string>>;

/** Long enough that key repeat leaves one announcement, short enough to feel like an answer. */
const settleMs = 100;

let current: Announcements = { polite: "", assertive: "" };
const listeners = new Set<() => void>();
const waiting = new Map<Urgency, { readonly timer: ReturnType<typeof setTimeout>; readonly text: string }>();

/**
 * Says a sentence to screen readers. Of several within a tenth of a second the last one is said. The region is emptied
 * first, so that the same sentence twice is read twice. Returns what takes the sentence back, for as long as it was not
 * said: what is done at once is not to be told as under way.
 */
export function announce(text: string, urgency: Urgency = "polite"): () => void {
  clearTimeout(waiting.get(urgency)?.timer);
  set(urgency, "");
  const timer = setTimeout(() => {
    waiting.delete(urgency);
    set(urgency, text);
  }, settleMs);
  waiting.set(urgency, { timer, text });
  return () => {
    if (waiting.get(urgency)?.timer !== timer) return;
    clearTimeout(timer);
    waiting.delete(urgency);
  };
}

/** Says a sentence behind the one that is about to be said, if there is one, and not in its place. */
export function announceToo(text: string, urgency: Urgency = "polite"): void {
  const before = waiting.get(urgency)?.text;
  announce(before === undefined ? text : `${before} ${text}`, urgency);
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
