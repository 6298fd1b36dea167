import { type ComponentType, type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import { KeysOnHold } from "#client/ui/focus/keys-on-hold.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

type LazyPartOptions<Props> = {
  readonly fallback?: ReactNode | ((props: Props) => ReactNode);
  readonly onFail?: (props: Props) => void;
};

/** Unlike with React's `lazy`, a failed load does not unmount the surrounding page with all pending input. */
export function createLazyComponent<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { fallback = null, onFail }: LazyPartOptions<Props> = {},
) {
  let loaded: ComponentType<Props> | undefined;
  const fetchPart = async () => {
    loaded ??= await load();
    return loaded;
  };

  function LazyPart(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | undefined>(() => loaded);
    const [state, setState] = useState<"loading" | "failed">("loading");
    const fail = useEffectEvent(() => {
      setState("failed");
      onFail?.(props);
    });

    useEffect(() => {
      if (Part || state === "failed") return;
      let isUnmounted = false;
      fetchPart().then(
        (part) => isUnmounted || setPart(() => part),
        () => isUnmounted || fail(),
      );
      return () => {
        isUnmounted = true;
      };
    }, [Part, state]);

    if (Part) return <Part {...props} />;
    if (state === "loading") return typeof fallback === "function" ? fallback(props) : fallback;
    if (onFail) return null;
    return (
      <p role="alert" className="flex flex-wrap items-center gap-3 self-start px-4 py-2 text-sm text-danger">
        Couldn’t load this part of the page. Your work is kept.
        <Button size="sm" onClick={() => setState("loading")}>
          Retry
        </Button>
      </p>
    );
  }

  /** Prefetches the code. Also resolves if loading fails, because rendering the component loads it again. */
  LazyPart.load = () =>
    fetchPart().then(
      () => undefined,
      () => undefined,
    );
  LazyPart.preload = () => void LazyPart.load();
  return LazyPart;
}

type OverlayProps = { readonly onClose: () => void };

/** Like {@link createLazyComponent}. While the code loads, keys do not act on the page, and Escape closes the dialog. */
export const createLazyDialog = <Props extends OverlayProps>(load: () => Promise<ComponentType<Props>>) =>
  createLazyComponent(load, {
    fallback: ({ onClose }) => <KeysOnHold onClose={onClose} />,
    onFail: closeOverlayWithToast,
  });

/** Closes the component that failed to load, so that the next press loads it again. */
export function closeOverlayWithToast({ onClose }: OverlayProps): void {
  showLoadFailureToast();
  onClose();
}

export function showLoadFailureToast(): void {
  toasts.show({ tone: "danger", text: "Can’t reach the server. Retry in a moment." });
}
