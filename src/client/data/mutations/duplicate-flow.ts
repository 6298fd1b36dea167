import type { CreateFlowBody, Flow } from "#contract/flow.ts";
import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import { type JsonObject, copyObjectWithKey, isJsonObject } from "#core/json/json.ts";
import { InexactNumberError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { readFlow } from "#client/data/api/read-flow.ts";
import { copyDeviceTags } from "#client/data/device/device-tags.ts";
import { keepSampleDataOfNewFlow, readSampleData } from "#client/data/device/sample-data.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { nameCopy } from "./name-copy.ts";

/** Reads the flow and creates it again with new ids. Throws {@link InexactNumberError} if the copy would differ. */
export async function duplicateFlow(id: string): Promise<Flow> {
  return createFlowCopy(id, await readFlowCopy(id), createSortableId("create"));
}

/** Creates a copy, with the tags and the sample data of the original that this browser keeps. */
export async function createFlowCopy(
  id: string,
  body: CreateFlowBody,
  idempotencyKey: string,
): Promise<Flow> {
  const copy = await callEndpoint("createFlow", { body, idempotencyKey });
  copyDeviceTags(id, copy.id);
  keepSampleDataOfNewFlow(copy, readSampleData({ id, sampleMetadata: body.sampleMetadata ?? undefined }));
  return copy;
}

/** Throws {@link InexactNumberError} if the copy would differ. */
export async function readFlowCopy(id: string): Promise<CreateFlowBody> {
  const { flow: original, isInexact } = await readFlow(id, { isStrict: true });
  if (isInexact) throw new InexactNumberError();
  return {
    name: nameCopy(original.name),
    ...(typeof original.description === "string" && { description: original.description }),
    ...(original.tags && { tags: original.tags }),
    flowSteps: renewStepIds(original.flowSteps) as CreateFlowBody["flowSteps"],
    ...(original.sampleMetadata && { sampleMetadata: original.sampleMetadata }),
  };
}

export function renewStepIds(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.map((step) => {
    let copy = copyObjectWithKey(step, "id", createSortableId("step"));
    if (step["type"] !== "conditional") return copy;
    for (const branch of BRANCH_NAMES) {
      const config = isJsonObject(copy["config"]) ? copy["config"] : {};
      const nested = Object.hasOwn(config, branch) ? config[branch] : undefined;
      if (!Array.isArray(nested) || !nested.every(isJsonObject)) continue;
      copy = copyObjectWithKey(copy, "config", copyObjectWithKey(config, branch, renewStepIds(nested)));
    }
    return copy;
  });
}
