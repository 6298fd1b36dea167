import { CircleAlert, CircleCheck, Dot } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { findStepFacts } from "#contract/find-step-facts.ts";
import { findStepType } from "#contract/find-step-type.ts";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import type { JsonValue } from "#core/json/json.ts";
import {
  BRANCH_NAMES,
  type StepNode,
  type FlowDocument,
  parseFlowDocument,
} from "#core/document/flow-document.ts";
import { getStepName, getStepType, isStepEnabled } from "#core/document/step.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import type { ServerRunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import { listEnabledSteps } from "#core/dataflow/list-enabled-steps.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { type ResourceUseInStep, listModelUses } from "#core/references/resource-uses.ts";
import { useRunSettings } from "#client/data/queries/environment-queries.ts";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import { EnvironmentLink } from "#client/page/environment-link.tsx";
import { FlowPreviewLine } from "#client/flow/flow-line.tsx";
import { StepNode as StepIconNode } from "#client/flow/step-node.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { type GalleryTemplate, toPreviewLine } from "./find-templates.ts";
import { OwnTemplateActions } from "./own-template-actions.tsx";

type TemplatePreviewProps = {
  readonly template: GalleryTemplate;
  readonly onRemoved: () => void;
};

export function TemplatePreview({ template, onRemoved }: TemplatePreviewProps) {
  const { name, about, flow, isOwn } = template;
  return (
    <section
      aria-label={`Preview of ${name}`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto rounded-md border border-line px-4 py-3"
    >
      <div className="flex items-start gap-2">
        <h3
          dir="auto"
          {...getTooltipProps(name, { whenTruncated: true })}
          className="line-clamp-3 min-w-0 flex-1 text-base font-semibold break-words"
        >
          {name}
        </h3>
        {isOwn && <OwnTemplateActions template={template} onRemoved={onRemoved} />}
      </div>
      {flow ? (
        <TemplateFacts flow={flow} about={about} />
      ) : (
        <p className="mt-2 text-sm text-muted">
          The stored text of this template is damaged and can’t be read. Your flows are not affected. Delete
          the template to remove it.
        </p>
      )}
    </section>
  );
}

function TemplateFacts({
  flow,
  about,
}: {
  readonly flow: FlowTemplateBody;
  readonly about: string | undefined;
}) {
  const { data: environment } = useRunSettings();
  const description = useMemo(() => describeTemplate(flow, environment), [flow, environment]);
  const isMissing = description.requirements.some(({ missing }) => missing !== undefined);
  return (
    <div className="flex flex-col gap-4 text-sm">
      <div className="flex flex-col gap-2">
        <p dir="auto" className="line-clamp-6 break-words whitespace-pre-wrap text-muted">
          {flow.description}
        </p>
        <div className="-ml-1 flex flex-wrap items-center gap-x-3 gap-y-1">
          <FlowPreviewLine {...toPreviewLine(flow)} max={16} />
          <span className="text-xs text-muted">{formatDocumentStepCount(description.document)}</span>
        </div>
        {about !== undefined && <p className="break-words">{about}</p>}
      </div>
      <Fact title="Inputs">
        <TemplateInputs description={description} />
      </Fact>
      <Fact title="Needs">
        {description.requirements.length === 0 ? (
          <p className="text-muted">No model, secret or mail server.</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {description.requirements.map((requirement) => (
              <RequirementItem
                key={requirement.label}
                requirement={requirement}
                isChecked={environment !== undefined}
              />
            ))}
          </ul>
        )}
        {isMissing && <EnvironmentLink />}
      </Fact>
      <Fact title="Steps">
        <TemplateSteps steps={description.document.steps} />
      </Fact>
    </div>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <h4 className="text-xs font-medium text-muted">{title}</h4>
      {children}
    </div>
  );
}

function TemplateInputs({ description }: { readonly description: TemplateDescription }) {
  const { inputs, recordFields, readsRecord } = description;
  if (inputs.length === 0 && !readsRecord) return <p className="text-muted">No inputs.</p>;
  const rows = [
    ...inputs.map(({ name, sample }) => ({ label: name, sample })),
    ...recordFields.map(({ name, sample }) => ({ label: `_record.metadata.${name}`, sample })),
  ];
  return (
    <>
      {readsRecord && (
        <p>
          {recordFields.length === 0 ? "Runs on a record." : "_record.metadata is the data of the record."}
        </p>
      )}
      {rows.length > 0 && (
        <ul className="flex flex-col gap-1">
          {rows.map(({ label, sample }) => (
            <li key={label} className="flex min-w-0 items-baseline gap-2">
              <CodeChip text={label} className="max-w-[60%] shrink-0" />
              {sample !== undefined && (
                <span dir="auto" className="min-w-0 truncate text-xs text-muted">
                  {formatSample(sample)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function formatSample(sample: JsonValue): string {
  return (typeof sample === "string" ? sample : JSON.stringify(sample)).slice(0, 200);
}

type RequirementItemProps = { readonly requirement: TemplateRequirement; readonly isChecked: boolean };

function RequirementItem({ requirement: { label, missing }, isChecked }: RequirementItemProps) {
  const isMissing = missing !== undefined;
  const Icon = isMissing ? CircleAlert : isChecked ? CircleCheck : Dot;
  const color = isMissing ? "text-warning" : isChecked ? "text-success" : "text-muted";
  return (
    <li className="flex items-start gap-2">
      <Icon aria-hidden="true" className={joinClasses("mt-0.5 size-4 shrink-0", color)} />
      <span className="min-w-0 break-words">
        {label}
        {isMissing && <span className="text-warning">: {missing}</span>}
      </span>
    </li>
  );
}

const MAX_STEPS = 60;

function TemplateSteps({ steps }: { readonly steps: readonly StepNode[] }) {
  const rows = listRows(steps, 0);
  if (rows.length === 0) return <p className="text-muted">No steps.</p>;
  return (
    <>
      <ol>
        {rows.slice(0, MAX_STEPS).map(({ node, level }) => {
          const [type, enabled] = [getStepType(node), isStepEnabled(node)];
          const label = findStepType(type)?.label ?? type;
          return (
            <li
              key={node.key}
              className="flex min-h-7 items-center gap-2"
              style={{ paddingInlineStart: `${Math.min(level, 4)}rem` }}
            >
              <StepIconNode type={type} enabled={enabled} size="sm" />
              <span dir="auto" className={joinClasses("min-w-0 flex-1 truncate", !enabled && "text-muted")}>
                {getStepName(node)}
              </span>
              <span className="shrink-0 text-xs text-muted">{enabled ? label : "Off"}</span>
            </li>
          );
        })}
      </ol>
      {rows.length > MAX_STEPS && (
        <p className="text-xs text-muted">{formatCount(rows.length - MAX_STEPS, "more step")}</p>
      )}
    </>
  );
}

function listRows(
  steps: readonly StepNode[],
  level: number,
): readonly { readonly node: StepNode; readonly level: number }[] {
  return steps.flatMap((node) => [
    { node, level },
    ...BRANCH_NAMES.flatMap((branch) => listRows(node.branches?.[branch] ?? [], level + 1)),
  ]);
}

interface TemplateInput {
  readonly name: string;
  /** The value in the sample data; undefined if there is none. */
  readonly sample: JsonValue | undefined;
}

/** A model, secret, mail server or step type that the server must have, so that the flow can run. */
interface TemplateRequirement {
  readonly label: string;
  /** Why the requirement is not met, such as “not set”; undefined if it is met, or if this is unknown. */
  readonly missing: string | undefined;
}

interface TemplateDescription {
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

function listRequirements(
  document: FlowDocument,
  environment: ServerRunEnvironment | undefined,
): readonly TemplateRequirement[] {
  const steps = listEnabledSteps(document);
  const types = new Set(steps.map(getStepType));
  // Not the models of fallbacks.
  const isOwn = ({ at }: ResourceUseInStep) => at.length === 2;
  const models = distinct(
    steps.flatMap((step) =>
      listModelUses(step)
        .filter(isOwn)
        .map(({ name }) => name),
    ),
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
    ...([...types].some((type) => findStepFacts(type).needs === "mail")
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
