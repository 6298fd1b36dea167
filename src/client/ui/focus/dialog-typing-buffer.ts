export interface BufferedDialogTyping {
  readonly text: string;
  readonly isEntered: boolean;
}

export interface DialogTypingBuffer {
  readonly opener: Element | null;
  readonly take: () => BufferedDialogTyping;
}

let latest: (DialogTypingBuffer & { readonly label: string; readonly box: Element }) | undefined;

/**
 * Buffers typing for a dialog whose code is still loading. Uses a text box instead of a key listener, so that input
 * methods, paste and on-screen keyboards work too. Escape, or moving the focus away, calls `onCancel`. Continues the
 * open buffer of the same label, which another page may have started.
 */
export function startDialogTypingBuffer(
  label: string,
  text: string,
  onCancel: () => void,
): DialogTypingBuffer {
  const earlier = latest?.label === label && latest.box.isConnected ? latest : undefined;
  const opener = findFocusedElementOrOpener();
  const typed = earlier?.take();
  let isEntered = typed?.isEntered ?? false;
  let isTaken = false;
  const box = document.createElement("input");
  box.className = "sr-only";
  box.setAttribute("aria-label", label);
  box.autocomplete = "off";
  box.value = text + (typed?.text ?? "");
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") isEntered = true;
    if (event.key !== "Escape") return;
    box.value = "";
    onCancel();
    if (opener instanceof HTMLElement) opener.focus();
  });
  box.addEventListener("blur", () => {
    // A blur of the whole window does not cancel, because the text box has the focus again when the user returns.
    if (!isTaken && document.hasFocus()) onCancel();
  });
  // Inside the page's content, from which a navigation does not move the focus to the heading.
  (document.querySelector("main") ?? document.body).append(box);
  box.focus({ preventScroll: true });
  latest = {
    label,
    opener,
    box,
    take: () => {
      isTaken = true;
      box.remove();
      return { text: box.value, isEntered };
    },
  };
  return latest;
}

/** Returns the focused element; if that is a buffer's text box, the element that was focused before it. */
export function findFocusedElementOrOpener(): Element | null {
  const { activeElement } = document;
  return activeElement && activeElement === latest?.box ? latest.opener : activeElement;
}
