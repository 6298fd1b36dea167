import type { Dependent } from "#core/dataflow/list-dependents.ts";
import type { Mending } from "#core/dataflow/plan-mending.ts";

interface MendingOption {
  /** Of an option of a select. */
  readonly value: string;
  readonly label: string;
}

/** Of each, the likeliest; more in one list would help nobody. */
const MOST_VARIABLES = 100;

/** What can be done about one reader, the default first. */
export function listMendings(
  { others, isRemovable }: Pick<Dependent, "others" | "isRemovable">,
  nameSetter: (variable: Dependent["others"][number]) => string,
): readonly MendingOption[] {
  return [
    { value: "keep", label: "Keep it, as a problem" },
    ...(isRemovable ? [{ value: "remove", label: "Take it out of the text" }] : []),
    ...others.slice(0, MOST_VARIABLES).map((variable) => ({
      value: formatMending({ type: "rebind", to: variable.name }),
      label: `Read “${variable.name}”, set by ${nameSetter(variable)}`,
    })),
  ];
}

/** What can be done about all readers at once: what any of them lets be taken out, and what all of them can read. */
export function shareMendings(dependents: readonly Dependent[]): Pick<Dependent, "others" | "isRemovable"> {
  const [first, ...rest] = dependents;
  const known = rest.map(({ others }) => new Set(others.map(({ name }) => name)));
  return {
    isRemovable: dependents.some(({ isRemovable }) => isRemovable),
    others: (first?.others ?? []).filter(({ name }) => known.every((names) => names.has(name))),
  };
}

export function formatMending(mending: Mending): string {
  return mending.type === "rebind" ? `read ${mending.to}` : mending.type;
}

export function parseMending(value: string): Mending {
  if (value.startsWith("read ")) return { type: "rebind", to: value.slice("read ".length) };
  return { type: value === "remove" ? "remove" : "keep" };
}

export function dependentId({ step, name }: Pick<Dependent, "step" | "name">): string {
  return `${step}\n${name}`;
}
