import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { stepTypeLookup } from "#contract/step-descriptions/describe-step-type.ts";
import { findStepType } from "#contract/step-types.ts";
import { analyzeFlow } from "#core/dataflow/analyse.ts";
import type { ServerRunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import { listEnabledSteps } from "#core/dataflow/list-running.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { getStepConfig, getStepType } from "#core/document/step.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import type { JsonValue } from "#core/json/json.ts";

interface TemplateInput {
  readonly name: string;
  /** The value in the sample data; undefined if there is none. */
  readonly sample: JsonValue | undefined;
}

/** Something that the server must have, so that the flow can run. */
export interface TemplateRequirement {
  readonly label: string;
  /** Why the server lacks it, such as “not set”; undefined if the server has it, or if this is unknown. */
  readonly missing: string | undefined;
}

export interface TemplateDescription {
  readonly document: FlowDocument;
  readonly inputs: readonly TemplateInput[];
  /** Fields of the record that the flow runs on; empty if it runs without a record or reads no field by name. */
  readonly recordFields: readonly TemplateInput[];
  readonly readsRecord: boolean;
  readonly requirements: readonly TemplateRequirement[];
}

/** Derives the inputs and requirements of a template. `environment` is undefined if the server reports none. */
export function describeTemplate(
  flow: FlowTemplateBody,
  environment: ServerRunEnvironment | undefined,
): TemplateDescription {
  const document = parseFlowDocument(flow);
  const { inputs, recordReads } = analyzeFlow(document, stepTypeLookup);
  const fields = recordReads.flatMap(({ reference }) => {
    const [metadata, field] = reference?.path ?? [];
    return metadata === "metadata" && field !== undefined ? [field] : [];
  });
  const sample = flow.sampleMetadata ?? {};
  const withSample = (name: string) => ({
    name,
    sample: Object.hasOwn(sample, name) ? sample[name] : undefined,
  });
  return {
    document,
    inputs: inputs.map(({ name }) => withSample(name)),
    recordFields: [...new Set(fields)].map(withSample),
    readsRecord: recordReads.length > 0,
    requirements: listRequirements(document, environment),
  };
}

/** The field with the name of a model, by step type. */
const MODEL_FIELDS: Readonly<Record<string, string>> = {
  prompt: "model",
  "generate-embedding": "embeddingModel",
};

function listRequirements(
  document: FlowDocument,
  environment: ServerRunEnvironment | undefined,
): readonly TemplateRequirement[] {
  const steps = listEnabledSteps(document);
  const types = new Set(steps.map(getStepType));
  const models = distinct(
    steps.flatMap((step) => {
      const config = getStepConfig(step);
      const model = config[MODEL_FIELDS[getStepType(step)] ?? ""];
      return typeof model === "string" && model !== "" ? [model] : [];
    }),
  );
  const secrets = distinct(
    steps.flatMap((step) => listSecretUses(step, stepTypeLookup).map(({ key }) => key)),
  );
  const unavailable = environment ? [...types].filter((type) => !environment.stepTypes.includes(type)) : [];
  const known = environment?.secrets && new Set(environment.secrets.map(({ name }) => name));
  const missing = (isMissing: boolean | undefined, text: string) => (isMissing ? text : undefined);
  return [
    ...models.map((model) => ({
      label: `Model ${model}`,
      missing: missing(environment && !environment.models, "no model server"),
    })),
    ...(types.has("send-email")
      ? [{ label: "Mail server", missing: missing(environment && !environment.mail, "not set") }]
      : []),
    ...secrets.map((key) => ({
      label: `Secret ${key}`,
      missing: missing(known && !known.has(key), "not set"),
    })),
    ...unavailable.map((type) => ({
      label: `${findStepType(type)?.label ?? type} steps`,
      missing: "not available on this server",
    })),
  ];
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
