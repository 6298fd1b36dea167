import { setNonce } from "get-nonce";

/** Reads the nonce of the content security policy from `<meta name="csp-nonce">`, which the server writes. */
export function readCspNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content || undefined;
}

/** Gives the scroll lock of Radix its nonce. Call before the first dialog or menu opens. */
export function installCspNonce() {
  const nonce = readCspNonce();
  if (nonce) setNonce(nonce);
}
