export interface BufferedDialogTyping {
  readonly text: string;
  readonly isEntered: boolean;
}

export interface DialogTypingBuffer {
  readonly opener: Element | null;
  readonly take: () => BufferedDialogTyping;
}

/**
 * Buffers typing for a dialog whose code is still loading. Uses a text box instead of a key listener, so that input
 * methods, paste and on-screen keyboards work too. Escape, or moving the focus away, calls `onCancel`.
 */
export function startDialogTypingBuffer(
  label: string,
  text: string,
  onCancel: () => void,
): DialogTypingBuffer {
  const opener = document.activeElement;
  let isEntered = false;
  let isTaken = false;
  const box = document.createElement("input");
  box.className = "sr-only";
  box.setAttribute("aria-label", label);
  box.autocomplete = "off";
  box.value = text;
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
  document.body.append(box);
  box.focus({ preventScroll: true });
  return {
    opener,
    take: () => {
      isTaken = true;
      box.remove();
      return { text: box.value, isEntered };
    },
  };
}
