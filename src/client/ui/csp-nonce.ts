import { setNonce } from "get-nonce";

/** The nonce of this page's content security policy, as the server wrote it into `<meta name="csp-nonce">`. */
export function readCspNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content || undefined;
}

/**
 * Hands the nonce to the scroll lock of radix's dialogs and menus, which writes a style element and asks this very
 * module for the nonce. Call it before the first of them opens.
 */
export function installCspNonce() {
  const nonce = readCspNonce();
  if (nonce) setNonce(nonce);
}
