import { createStore } from "zustand/vanilla";

type Urgency = "polite" | "assertive";
type Announcements = Readonly<Record<Urgency, string>>;

/** Together long enough that key repeat causes only one announcement, short enough to feel immediate. */
const DELAYS_MS = { clear: 50, speak: 50 };

export const announcementStore = createStore<Announcements>(() => ({ polite: "", assertive: "" }));
const pending = new Map<
  Urgency,
  {
    readonly id: symbol;
    readonly timer: ReturnType<typeof setTimeout>;
    readonly text: string;
  }
>();

/** Replaces a pending announcement. Returns a function that cancels this one while it is pending. */
export function announceToScreenReaders(text: string, urgency: Urgency = "polite"): () => void {
  clearTimeout(pending.get(urgency)?.timer);
  const speak = () => {
    pending.delete(urgency);
    announcementStore.setState({ [urgency]: text });
  };
  // An equal text is read only if the region was empty. Not at once, so that an edit is drawn first.
  const clear = () => {
    announcementStore.setState({ [urgency]: "" });
    pending.set(urgency, { ...announcement, timer: setTimeout(speak, DELAYS_MS.speak) });
  };
  const announcement = { id: Symbol(text), timer: setTimeout(clear, DELAYS_MS.clear), text };
  pending.set(urgency, announcement);
  return () => {
    const current = pending.get(urgency);
    if (current?.id !== announcement.id) return;
    clearTimeout(current.timer);
    pending.delete(urgency);
  };
}

/** Appends a sentence to the pending announcement instead of replacing it. */
export function appendToPendingAnnouncement(text: string, urgency: Urgency = "polite"): void {
  const before = pending.get(urgency)?.text;
  announceToScreenReaders(before === undefined ? text : `${before} ${text}`, urgency);
}
