import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { findStepDescription } from "#contract/step-descriptions/describe-step-type.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { stepType } from "#core/step.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Tabs } from "#client/ui/tabs.tsx";
import { useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import { ConfigForm } from "./config-form.tsx";
import { ConfigJson } from "./config-json.tsx";
import { NameField } from "./name-field.tsx";
import { StepLinks } from "./step-links.tsx";
import { StepProblems } from "./step-problems.tsx";
import { StrayTexts } from "./stray-texts.tsx";
import { formName } from "./step-field.ts";
import { type FormTexts, StepFormProvider } from "./step-form-context.ts";
import { createStepTexts } from "./step-texts.ts";
import { useNames } from "./use-names.tsx";
import { useVariables } from "./use-variables.ts";
import { WhenField } from "./when-field.tsx";

const TABS = [
  { id: "form", label: "Form" },
  { id: "json", label: "JSON" },
] as const;
type Tab = (typeof TABS)[number]["id"];

/**
 * The fields of one step. What is a value is in the flow as it is typed; what is not stays in its field with the
 * reason, and the flow keeps the last good value. Give it the step's key as `key`: its fields are of one step. It
 * carries the descriptions of all types and the form library: import it only where it is lazy.
 */
export function StepForm({ node }: { readonly node: StepNode }) {
  const openFlow = useOpenFlow();
  const { control, getValues, setValue } = useForm<FormTexts>();
  const [texts] = useState(() =>
    createStepTexts(openFlow, node.key, {
      get: (id) => getValues(formName(id)) ?? "",
      set: (id, text) => setValue(formName(id), text),
    }),
  );
  // The texts have timers of their own, and the document asks for what is still being typed.
  useEffect(() => texts.connect(), [texts]);
  const problems = useFlowProblems((state) => state.byStep.get(node.key)) ?? NONE;
  const variables = useVariables(node.key);
  const namesAt = useNames(node.key);

  const description = findStepDescription(stepType(node));
  const hasForm = description !== undefined && description.fields.length > 0;
  const [wanted, setWanted] = useState<Tab>("form");
  const broken = useOpenFlowState((state) => findBrokenTab(state.brokenTexts, node.key));
  // A text that waits to be mended is never out of sight: the other tab could change what it was typed over.
  const tab = hasForm ? (broken ?? wanted) : "json";

  const select = (next: Tab) => {
    openFlow.settle();
    if (findBrokenTab(openFlow.getState().brokenTexts, node.key) === undefined) setWanted(next);
  };

  return (
    <StepFormProvider value={{ step: node, control, texts, problems, variables, namesAt }}>
      <div className="flex flex-col gap-4">
        <StepProblems description={hasForm && tab === "form" ? description : undefined} />
        <NameField />
        <WhenField />
        {hasForm && (
          <Tabs
            label="Config as"
            tabs={TABS}
            selected={tab}
            onSelect={select}
            blockedReason={broken && "Fix or discard the marked text first."}
          />
        )}
        {hasForm && tab === "form" ? (
          <ConfigForm description={description} />
        ) : (
          <ConfigJson description={description} />
        )}
        <StrayTexts />
        <StepLinks />
      </div>
    </StepFormProvider>
  );
}

const NONE: readonly Problem[] = [];

/** The tab that a text of the config waits in. */
function findBrokenTab(texts: readonly BrokenText[], key: StepKey): Tab | undefined {
  const broken = texts.find((text) => text.key === key && /^config\b/.test(text.field));
  return broken && (broken.field === "config" ? "json" : "form");
}
