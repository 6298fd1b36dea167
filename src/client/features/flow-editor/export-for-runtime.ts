import { quoteName } from "#core/quote-name.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { callEndpointForText } from "#client/data/call-endpoint.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { downloadText, toFileName } from "#client/flow/download-flow.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";

/** Downloads what is saved in the form that a runtime starts from, as the server writes it. */
export async function exportForRuntime(openFlow: OpenFlow): Promise<void> {
  const { flow } = openFlow.getState();
  try {
    // The text itself is kept: reading it could change a number.
    const { text } = await callEndpointForText("exportRuntime", { params: { id: flow.id } });
    downloadText(`${toFileName(flow.name)}.runtime.json`, text);
  } catch (error) {
    const reason =
      error instanceof ApiError && error.status === 404
        ? "The API offers this as a preview that is not switched on for this account, or the flow was deleted."
        : describeError(error);
    toasts.show({ text: `${quoteName(flow.name)} was not exported. ${reason}`, tone: "danger" });
    return;
  }
  openFlow.settle();
  const unsaved = countUnsavedEdits(openFlow.getState());
  const left =
    unsaved > 0
      ? ` Your ${formatCount(unsaved, "unsaved change")} ${unsaved === 1 ? "is" : "are"} not in it.`
      : "";
  toasts.show({ text: `Exported ${quoteName(flow.name)} for a runtime.${left}`, tone: "success" });
}
