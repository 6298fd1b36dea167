/**
 * Puts a text on the clipboard from a press, in every context: `navigator.clipboard` is missing where the page is not
 * served securely. False when the browser refuses.
 */
export function copyText(text: string): boolean {
  let isWritten = false;
  const write = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
    isWritten = true;
  };
  addEventListener("copy", write, { capture: true });
  try {
    // Deprecated in name only: nothing else makes a copy event.
    // oxlint-disable-next-line typescript/no-deprecated
    document.execCommand("copy");
  } finally {
    removeEventListener("copy", write, { capture: true });
  }
  return isWritten;
}
