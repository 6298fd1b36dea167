import { type ComponentType, type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { Button } from "./button.tsx";
import { toasts } from "./toasts.ts";

type LazyPartOptions<Props> = {
  /** Shown while the code is on its way. */
  readonly fallback?: ReactNode | ((props: Props) => ReactNode);
  /** What to do when the code cannot be had. Without it the place says so and offers to try again. */
  readonly onFail?: (props: Props) => void;
};

/**
 * A part of the page whose code is loaded when it is first shown. Unlike React's `lazy`, a failure stays in its place:
 * it never reaches an error boundary, which would take the page around it, and all that was typed there, with it.
 */
export function lazyPart<Props extends object>(
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
      if (onFail) onFail(props);
      else setState("failed");
    });

    // Code comes over the network, like data.
    useEffect(() => {
      if (Part || state === "failed") return;
      let isGone = false;
      fetchPart().then(
        (part) => isGone || setPart(() => part),
        () => isGone || fail(),
      );
      return () => {
        isGone = true;
      };
    }, [Part, state]);

    if (Part) return <Part {...props} />;
    if (state === "loading") return typeof fallback === "function" ? fallback(props) : fallback;
    return (
      <p role="alert" className="flex flex-wrap items-center gap-3 py-2 text-sm text-danger">
        This part of the page could not be loaded. Nothing you did is lost.
        <Button size="sm" onClick={() => setState("loading")}>
          Try again
        </Button>
      </p>
    );
  }

  /** Loads the code before it is wanted, and resolves when it is there or cannot be had: that is no failure yet. */
  LazyPart.load = () =>
    fetchPart().then(
      () => undefined,
      () => undefined,
    );
  LazyPart.preload = () => void LazyPart.load();
  return LazyPart;
}

/** For dialogs and menus: says that it did not open, and closes it, so that the same press can try again. */
export function sayItDidNotOpen({ onClose }: { readonly onClose: () => void }): void {
  toasts.show({
    tone: "danger",
    text: "This could not be opened: the server cannot be reached. Try again in a moment.",
  });
  onClose();
}
