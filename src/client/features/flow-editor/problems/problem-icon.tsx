import { CircleX, Info, TriangleAlert } from "lucide-react";
import type { Severity } from "#core/dataflow/problem.ts";
import { joinClasses } from "#client/ui/join-classes.ts";

type ProblemIconProps = { readonly severity: Severity; readonly className?: string };

/** How bad a problem is, by shape and by colour. Decorative: whoever draws it also says it. */
export function ProblemIcon({ severity, className }: ProblemIconProps) {
  const Drawing = drawings[severity];
  return (
    <Drawing aria-hidden="true" className={joinClasses("size-4 shrink-0", colours[severity], className)} />
  );
}

const drawings = { error: CircleX, warning: TriangleAlert, info: Info } as const;
const colours = { error: "text-danger", warning: "text-warning", info: "text-muted" } as const;
