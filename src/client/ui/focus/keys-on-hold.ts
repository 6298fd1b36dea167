import { useEffectEvent, useLayoutEffect } from "react";

/** Keeps keys, which may be meant for a dialog whose code is loading, from acting on the page. */
export function KeysOnHold({ onClose }: { readonly onClose: () => void }): null {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    event.stopImmediatePropagation();
    if (!event.ctrlKey && !event.altKey && !event.metaKey) event.preventDefault();
    if (event.key === "Escape") onClose();
  });
  useLayoutEffect(() => {
    // The shortcuts of the page do nothing while there is a dialog.
    const dialog = document.createElement("div");
    dialog.role = "dialog";
    dialog.ariaBusy = "true";
    dialog.ariaLabel = "Loading";
    document.body.append(dialog);
    const hold = (event: KeyboardEvent) => onKeyDown(event);
    addEventListener("keydown", hold, { capture: true });
    return () => {
      dialog.remove();
      removeEventListener("keydown", hold, { capture: true });
    };
  }, []);
  return null;
}
