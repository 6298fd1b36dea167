import { createStore } from "zustand/vanilla";

type Urgency = "polite" | "assertive";
type Announcements = Readonly<Record<Urgency, string>>;

/** Long enough that key repeat causes only one announcement, short enough to feel immediate. */
const delayMs = 100;

export const announcementStore = createStore<Announcements>(() => ({ polite: "", assertive: "" }));
const pending = new Map<Urgency, { readonly timer: ReturnType<typeof setTimeout>; readonly text: string }>();

/** Replaces a pending announcement. Returns a function that cancels this one while it is pending. */
export function announceToScreenReaders(text: string, urgency: Urgency = "polite"): () => void {
  clearTimeout(pending.get(urgency)?.timer);
  announcementStore.setState({ [urgency]: "" });
  const timer = setTimeout(() => {
    pending.delete(urgency);
    announcementStore.setState({ [urgency]: text });
  }, delayMs);
  pending.set(urgency, { timer, text });
  return () => {
    if (pending.get(urgency)?.timer !== timer) return;
    clearTimeout(timer);
    pending.delete(urgency);
  };
}

/** Appends a sentence to the pending announcement instead of replacing it. */
export function appendToPendingAnnouncement(text: string, urgency: Urgency = "polite"): void {
  const before = pending.get(urgency)?.text;
  announceToScreenReaders(before === undefined ? text : `${before} ${text}`, urgency);
}
