import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { FLOW_LIMITS } from "#contract/flow.ts";
import type { StepNode } from "#core/flow-document.ts";
import { isEnabled, outputVariable, stepName, stepType, stepWhen } from "#core/step.ts";
import { describeBranches } from "#core/describe-branches.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { Chip } from "#client/ui/chip.tsx";
import { Switch } from "#client/ui/switch.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { ConfigField } from "./config-field.tsx";
import { describeStepType } from "#client/features/flow-editor/describe-step-row.ts";
import { findBroken, findRefusal } from "#client/features/flow-editor/find-step-problem.ts";

const schema = z.object({
  name: z.string().check(z.refine((text) => text.trim() !== "", "A step needs a name.")),
  when: z
    .string()
    .check(z.maxLength(FLOW_LIMITS.when, `A condition has ${FLOW_LIMITS.when} characters at most.`)),
});

type StepInspectorProps = {
  readonly node: StepNode;
  /** What closes the inspector, where it has no frame that does. */
  readonly close?: ReactNode;
};

/**
 * The fields of one step. What is valid is in the document as it is typed; what is not stays in its field with the
 * reason, and the document keeps the last good value. Give it the step's key as `key`: fields are of one step.
 */
export function StepInspector({ node, close }: StepInspectorProps) {
  const openFlow = useOpenFlow();
  const problem = useOpenFlowState((state) => findRefusal(state, node.key));
  const brokenName = useOpenFlowState((state) => findBroken(state, node.key, "name"));
  const brokenWhen = useOpenFlowState((state) => findBroken(state, node.key, "when"));
  const name = stepName(node);
  const ownName = node.fields["name"];
  const { register } = useForm({
    // What was typed and does not fit is as much a part of the form as what does.
    values: {
      name: brokenName?.text ?? (typeof ownName === "string" ? ownName : ""),
      when: brokenWhen?.text ?? stepWhen(node),
    },
  });
  const type = stepType(node);
  const inside = describeBranches(node);
  const variable = outputVariable(node);
  const enabled = isEnabled(node);

  const field = (fieldName: "name" | "when", edit: (text: string) => void) =>
    register(fieldName, {
      onChange: ({ target }: { readonly target: HTMLInputElement }) => {
        const text = target.value;
        const result = schema.shape[fieldName].safeParse(text);
        if (result.success) {
          openFlow.clearBrokenText(node.key, fieldName);
          edit(text);
        } else {
          const message = result.error.issues[0]?.message ?? "This does not fit.";
          openFlow.setBrokenText({ key: node.key, field: fieldName, text, message });
        }
      },
      onBlur: openFlow.sealEdit,
    });

  return (
    <div className="flex flex-col gap-4">
      <div className="flex min-w-0 items-center gap-3">
        <Station type={type} enabled={enabled} size="lg" />
        <div className="min-w-0 flex-1">
          <h2 dir="auto" className="truncate font-semibold" data-inspector-heading="" tabIndex={-1}>
            {name}
          </h2>
          <p className="flex min-w-0 items-center gap-2 text-sm text-muted">
            <span className="truncate">
              {inside ? `${describeStepType(type)} · ${inside}` : describeStepType(type)}
            </span>
            {variable !== undefined && <Chip text={variable} />}
          </p>
        </div>
        <Switch
          label={`Enable ${name}`}
          checked={enabled}
          onCheckedChange={(checked) =>
            openFlow.edit({ type: "setEnabled", keys: [node.key], enabled: checked })
          }
        />
        {close}
      </div>
      {problem !== undefined && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          The server refused this step: {problem.message} {problem.suggestion}
        </p>
      )}
      <TextField
        label="Name"
        error={brokenName?.message}
        {...field("name", (text) =>
          openFlow.edit({ type: "renameStep", key: node.key, name: text }, `name:${node.key}`),
        )}
      />
      <TextField
        label="When"
        hint="Optional. Runs only if this holds, e.g. analysis.score > 3"
        className="[&_input]:font-mono"
        error={brokenWhen?.message}
        {...field("when", (text) =>
          openFlow.edit({ type: "setWhen", key: node.key, when: text }, `when:${node.key}`),
        )}
      />
      <ConfigField node={node} />
    </div>
  );
}
