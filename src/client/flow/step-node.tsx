import { CircleQuestionMark } from "lucide-react";
import { createElement, memo } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { findStepFacts } from "#contract/find-step-facts.ts";
import { findStepType } from "#contract/find-step-type.ts";
import type { StepCategory } from "#contract/step-types.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import * as stepIcons from "./step-icons.ts";

type StepNodeProps = {
  readonly type: string;
  readonly enabled: boolean;
  readonly size?: "sm" | "md" | "lg";
  readonly className?: string;
};

/** Decorative: the row shows the same information as text. */
export const StepNode = memo(function StepNode({ type, enabled, size = "md", className }: StepNodeProps) {
  const colors = getStepTypeColorClasses(type);
  return (
    <span
      aria-hidden="true"
      className={joinClasses(
        "grid shrink-0 place-items-center rounded-full border",
        circleSizes[size],
        enabled
          ? joinClasses(colors.soft, colors.ring, colors.text)
          : "border-dashed border-line-strong bg-surface text-faint",
        className,
      )}
    >
      <StepIcon type={type} className={iconSizes[size]} />
    </span>
  );
});

const circleSizes = { sm: "size-5", md: "size-7", lg: "size-9" } as const;
const iconSizes = { sm: "size-3", md: "size-4", lg: "size-4.5" } as const;

type StepIconProps = { readonly type: string; readonly className?: string };

// Memoized, because switching a step changes the circle around it only.
const StepIcon = memo(function StepIcon({ type, className = "size-4" }: StepIconProps) {
  return createElement(getStepTypeIcon(type) ?? CircleQuestionMark, { className });
});

export function getStepTypeIcon(type: string): IconComponent | undefined {
  const icons: Readonly<Record<string, IconComponent>> = stepIcons;
  return icons[findStepFacts(type).icon ?? ""];
}

type CategoryColors = { readonly text: string; readonly soft: string; readonly ring: string };

/** Complete class names, because Tailwind finds only literal ones in the source. */
const categoryColors: Readonly<Record<StepCategory | "unknown", CategoryColors>> = {
  AI: { text: "text-ai", soft: "bg-ai-soft", ring: "border-ai/35" },
  Context: { text: "text-context", soft: "bg-context-soft", ring: "border-context/35" },
  Actions: { text: "text-actions", soft: "bg-actions-soft", ring: "border-actions/35" },
  Records: { text: "text-records", soft: "bg-records-soft", ring: "border-records/35" },
  Replies: { text: "text-replies", soft: "bg-replies-soft", ring: "border-replies/35" },
  Control: { text: "text-control", soft: "bg-control-soft", ring: "border-control/35" },
  unknown: { text: "text-unknown", soft: "bg-unknown-soft", ring: "border-unknown/35" },
};

function getStepTypeColorClasses(type: string): CategoryColors {
  return categoryColors[findStepType(type)?.category ?? "unknown"];
}
