import { type ReactNode, useId } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { isStepEnabled, getStepName, getStepType } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode } from "#client/flow/step-node.tsx";
import type { ButtonProps } from "#client/ui/controls/button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

type SectionProps = {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

export function FlowOverviewSection({ title, aside, children }: SectionProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-2 border-b border-line px-4 py-3 in-[[role=dialog]]:px-5"
    >
      <div className="flex min-h-5 items-center justify-between gap-3">
        <h3 id={id} className="text-xs font-medium text-muted">
          {title}
        </h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

type StepLinkProps = {
  readonly step: StepKey;
  readonly onShowStep: (key: StepKey) => void;
  readonly hasIcon?: boolean;
  readonly className?: string;
};

/** A button that selects the step. Renders nothing once the step is deleted. */
export function ShowStepButton({ step, onShowStep, hasIcon = false, className }: StepLinkProps) {
  const node = useOpenFlowState(({ history }) => findStep(history.document, step));
  if (!node) return null;
  const name = getStepName(node);
  return (
    <button
      type="button"
      onClick={() => onShowStep(step)}
      className={joinClasses(
        "inline-flex min-h-6 max-w-full min-w-0 items-center gap-2 rounded-sm text-left text-sm text-ink hover:underline pointer-coarse:min-h-9",
        className,
      )}
    >
      {hasIcon && <StepNode type={getStepType(node)} enabled={isStepEnabled(node)} size="sm" />}
      <span dir="auto" className="truncate" {...getTooltipProps(name, { whenTruncated: true })}>
        {name}
      </span>
    </button>
  );
}

type TextButtonProps = Pick<ButtonProps, "disabledReason" | "onClick" | "children">;

/** A button that looks like a link and can be disabled with a reason. */
export function TextButton({ disabledReason, onClick, children }: TextButtonProps) {
  const reasonId = useId();
  const isOff = disabledReason !== undefined;
  return (
    <button
      type="button"
      aria-disabled={isOff || undefined}
      aria-describedby={isOff ? reasonId : undefined}
      {...(isOff && getTooltipProps(disabledReason))}
      onClick={isOff ? undefined : onClick}
      className={joinClasses(TEXT_BUTTON_CLASSES, isOff && "no-underline! opacity-55")}
    >
      {children}
      {isOff && (
        <span id={reasonId} hidden>
          {disabledReason}
        </span>
      )}
    </button>
  );
}

export const TEXT_BUTTON_CLASSES =
  "inline-flex min-h-6 shrink-0 items-center rounded-sm text-sm font-medium text-accent hover:underline pointer-coarse:min-h-9";
