export type ToastTone = "neutral" | "success" | "danger";

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: ToastTone;
  readonly action?: { readonly label: string; readonly run: () => void };
  readonly durationMs: number;
};

type ToastRequest = Pick<Toast, "text" | "action"> & Partial<Pick<Toast, "tone" | "durationMs">>;

const mostAtOnce = 3;

let shown: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

/**
 * Short notes about what just happened. A toast leaves by itself, so it never carries the only copy of anything; an
 * action on it needs another way too.
 */
export const toasts = {
  /** Returns the id to dismiss it by. Older toasts give way when more than three are up. */
  show({ text, action, tone = "neutral", durationMs = action ? 8_000 : 5_000 }: ToastRequest): number {
    const toast: Toast = { id: nextId++, text, tone, durationMs, ...(action && { action }) };
    set([...shown, toast].slice(-mostAtOnce));
    return toast.id;
  },
  dismiss(id: number) {
    set(shown.filter((toast) => toast.id !== id));
  },
};

export function getToasts(): readonly Toast[] {
  return shown;
}

export function subscribeToToasts(onChange: () => void) {
  listeners.add(onChange);
  return () => void listeners.delete(onChange);
}

function set(next: readonly Toast[]) {
  shown = next;
  for (const listener of listeners) listener();
}
