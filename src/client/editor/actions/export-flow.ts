import { quoteName } from "#core/text/quote-name.ts";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { callEndpointForValueAndText } from "#client/data/api/call-endpoint.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import {
  convertTextToSafeFileName,
  downloadFlowAsJsonFile,
  downloadTextFile,
} from "#client/flow/download-flow.ts";
import { readDeviceTags } from "#client/data/device/device-tags.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

export async function downloadRuntimeExport(openFlow: OpenFlow): Promise<void> {
  const { flow } = openFlow.getState();
  try {
    // Saves the response's text as it is: parsing and serializing the JSON again could change a number.
    const { text } = await callEndpointForValueAndText("exportRuntime", { params: { id: flow.id } });
    downloadTextFile(`${convertTextToSafeFileName(flow.name)}.runtime.json`, text);
  } catch (error) {
    const reason =
      error instanceof ApiError && error.status === 404
        ? "This preview isn’t enabled for your account, or the flow was deleted."
        : describeRequestErrorForUser(error);
    toasts.show({ text: `Couldn’t export ${quoteName(flow.name)}. ${reason}`, tone: "danger" });
    return;
  }
  openFlow.flush();
  const unsaved = countUnsavedEdits(openFlow.getState());
  const unsavedNote = unsaved > 0 ? ` Without ${formatCount(unsaved, "unsaved change")}.` : "";
  toasts.show({ text: `Exported ${quoteName(flow.name)} for runtime.${unsavedNote}`, tone: "success" });
}

export function exportOpenFlow(openFlow: OpenFlow): void {
  openFlow.flush();
  const state = openFlow.getState();
  const { document } = state.history;
  if (state.isInexact) {
    const text = `Couldn’t export ${quoteName(document.name)}. A number in this flow is too precise.`;
    toasts.show({ text, tone: "danger" });
    return;
  }
  const { flow } = state;
  downloadFlowAsJsonFile(document, { flow, tags: flow.tags ?? readDeviceTags(flow.id) });
  const unsaved = countUnsavedEdits({ ...state, pendingJson: undefined, invalidInputs: [] });
  const edits = unsaved > 0 ? ` with ${formatCount(unsaved, "unsaved change")}` : "";
  const isLeftOut = state.pendingJson !== undefined || state.invalidInputs.length > 0;
  const unappliedNote = isLeftOut ? " Unapplied edits aren’t included." : "";
  toasts.show({
    text: `Exported ${quoteName(document.name)}${edits}.${unappliedNote}`,
    tone: isLeftOut ? "neutral" : "success",
  });
}
