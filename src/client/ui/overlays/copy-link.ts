import { copyTextToClipboard } from "#client/ui/hooks/copy-text-to-clipboard.ts";
import { toasts } from "./toasts.ts";

/** `path` starts with a slash; `what` names the page in the toast, for example “Digest”. */
export function copyLink(path: string, what: string): void {
  if (copyTextToClipboard(`${location.origin}${path}`)) toasts.show({ text: `Copied the link to ${what}.` });
  else toasts.show({ text: "Couldn’t copy. The browser blocked clipboard access.", tone: "danger" });
}

export function buildFlowPath(flowId: string, step?: string): string {
  const search = step === undefined ? "" : `?${new URLSearchParams({ step })}`;
  return `/flows/${encodeURIComponent(flowId)}${search}`;
}
