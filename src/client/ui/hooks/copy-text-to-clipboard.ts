/** Works without HTTPS, unlike `navigator.clipboard`. Call during a user event; false if the browser refuses. */
export function copyTextToClipboard(text: string): boolean {
  let isWritten = false;
  const write = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
    isWritten = true;
  };
  addEventListener("copy", write, { capture: true });
  try {
    // Deprecated, but nothing else triggers a copy event.
    // oxlint-disable-next-line typescript/no-deprecated
    document.execCommand("copy");
  } finally {
    removeEventListener("copy", write, { capture: true });
  }
  return isWritten;
}
