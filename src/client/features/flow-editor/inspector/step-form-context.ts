import { createContext, useContext } from "react";
import type { Control } from "react-hook-form";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepNode } from "#core/flow-document.ts";
import type { JsonPath } from "#core/json.ts";
import type { CodeCompletion } from "#client/ui/code-completion.ts";
import type { CodeNames } from "#client/ui/use-name-cards.tsx";
import type { StepTexts } from "./step-texts.ts";

/** The text of every field, by its name in the form. */
export type FormTexts = Record<string, string>;

export interface StepForm {
  /** The step as the flow holds it now. */
  readonly step: StepNode;
  readonly control: Control<FormTexts>;
  readonly texts: StepTexts;
  /** What is told of the step. */
  readonly problems: readonly Problem[];
  /** The variables that the step can read. */
  readonly variables: () => readonly CodeCompletion[];
  /** What is known of the variables in the text at a path inside the step. */
  readonly namesAt: (at: JsonPath) => CodeNames;
}

const StepFormContext = createContext<StepForm | undefined>(undefined);

export const StepFormProvider = StepFormContext.Provider;

export function useStepForm(): StepForm {
  const form = useContext(StepFormContext);
  if (!form) throw new Error("useStepForm is for fields inside a StepFormProvider");
  return form;
}
