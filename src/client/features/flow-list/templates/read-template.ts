import type { Flow } from "#contract/flow.ts";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { InexactNumberError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { readFlow } from "#client/data/api/read-flow.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

/** Reads the saved version of the flow as a template. Reports a failure as a toast and resolves to undefined. */
export async function readFlowAsTemplate({
  id,
  name,
}: Pick<Flow, "id" | "name">): Promise<FlowTemplateBody | undefined> {
  try {
    const { flow, isInexact } = await readFlow(id, { isStrict: true });
    if (isInexact) throw new InexactNumberError();
    const { description, flowSteps, sampleMetadata } = flow;
    return {
      name: flow.name,
      description: description ?? "",
      flowSteps,
      ...(sampleMetadata && { sampleMetadata }),
    };
  } catch (error) {
    const reason = describeRequestErrorForUser(error);
    toasts.show({ text: `Couldn’t read ${quoteName(name)}. ${reason}`, tone: "danger" });
    return undefined;
  }
}
