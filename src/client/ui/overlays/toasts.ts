import { createStore } from "zustand/vanilla";

export type ToastTone = "neutral" | "success" | "danger";

export type ToastAction = { readonly label: string; readonly run: () => void };

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: ToastTone;
  readonly action?: ToastAction;
  /** Buttons before that of `action`. */
  readonly otherActions?: readonly ToastAction[];
  readonly link?: { readonly label: string; readonly href: string };
  readonly durationMs: number;
};

type ToastRequest = Pick<Toast, "text" | "action" | "otherActions" | "link"> &
  Partial<Pick<Toast, "tone" | "durationMs">>;

const mostAtOnce = 3;

export const toastStore = createStore<readonly Toast[]>(() => []);
let nextId = 1;

/** Toasts disappear, so their information and actions must also be available elsewhere. */
export const toasts = {
  /** Shows a toast and returns its id for `dismiss`. Replaces a toast with the same text and no button. */
  show({ tone = "neutral", durationMs, ...request }: ToastRequest): number {
    const toast: Toast = {
      id: nextId++,
      tone,
      durationMs: durationMs ?? (request.action ? 8_000 : 5_000),
      ...request,
    };
    update((shown) =>
      [...shown.filter(({ text, action }) => action || text !== toast.text), toast].slice(-mostAtOnce),
    );
    return toast.id;
  },
  dropAction(id: number) {
    update((shown) =>
      shown.map(({ action, ...toast }) => (toast.id === id || !action ? toast : { ...toast, action })),
    );
  },
  dismiss(id: number) {
    update((shown) => shown.filter((toast) => toast.id !== id));
  },
  /** Dismisses the toasts that only confirm an action. Keeps errors, and toasts with a button or link. */
  dismissConfirmations() {
    update((shown) => shown.filter(({ tone, action, link }) => tone === "danger" || action || link));
  },
};

function update(change: (shown: readonly Toast[]) => readonly Toast[]) {
  toastStore.setState(change, true);
}
