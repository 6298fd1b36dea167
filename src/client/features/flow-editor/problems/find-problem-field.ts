import type { JsonPath } from "#core/json.ts";
import type { StepKey } from "#core/flow-document.ts";

const CONTROLS = "input, select, textarea, .cm-content, [role=switch], [data-add]";

export interface FoundField {
  readonly control: HTMLElement;
  /** It shows the very text that was looked for, and not something around it. */
  readonly isExact: boolean;
}

/**
 * The control that shows a text of a step, or what is around it; the heading of the inspector where no field does.
 * Undefined while the inspector of that step, or the control, is still to come.
 */
export function findProblemField(step: StepKey, at: JsonPath): FoundField | undefined {
  const inspector = document.querySelector(`[data-inspector="${CSS.escape(step)}"]`);
  if (!inspector?.querySelector("[data-field=name]")) return undefined;
  const path = at.join(".");
  const pathOf = ({ dataset }: HTMLElement) => dataset["path"] ?? dataset["field"] ?? "";
  const [field] = [...inspector.querySelectorAll<HTMLElement>("[data-field]")]
    .filter((element) => path === pathOf(element) || path.startsWith(`${pathOf(element)}.`))
    .toSorted((a, b) => pathOf(b).length - pathOf(a).length);
  if (!field) {
    const heading = inspector.querySelector<HTMLElement>("[data-inspector-heading]");
    return heading ? { control: heading, isExact: false } : undefined;
  }
  const control = field.querySelector<HTMLElement>(CONTROLS);
  return control ? { control, isExact: path === pathOf(field) } : undefined;
}
