import { Check } from "lucide-react";
import { memo, useId } from "react";
import type { Choice, Clash, Side } from "#core/merge/clash.ts";
import { isEnabled, stepType } from "#core/step.ts";
import type { OwnChoice } from "#client/document/decisions.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { Button } from "#client/ui/button.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { ClashOption } from "./clash-option.tsx";
import { ClashBase, ClashSide } from "./clash-values.tsx";
import {
  type Versions,
  findClashStep,
  isWritable,
  mergeByHand,
  nameChoice,
  titleClash,
} from "./describe-clash.ts";
import { OwnText } from "./own-text.tsx";

type ClashGroupProps = {
  readonly clash: Clash;
  readonly versions: Versions;
  readonly choice: Choice | undefined;
  /** What was put together by hand before. */
  readonly written: OwnChoice | undefined;
  readonly state: "open" | "stale" | "decided";
  readonly onChoose: (clash: Clash, choice: Choice) => void;
};

const SIDES: readonly Side[] = ["mine", "theirs"];

/** One thing that both sides changed: what it was, what each made of it, and the choice. */
export const ClashGroup = memo(function ClashGroup(props: ClashGroupProps) {
  const { clash, versions, choice, written, state, onChoose } = props;
  const group = useId();
  const titleId = `${group}-title`;
  const node = findClashStep(clash, versions);
  const own = typeof choice === "object" ? choice : undefined;
  return (
    <fieldset
      data-clash={clash.id}
      aria-labelledby={titleId}
      className="min-w-0 border-t border-line py-4 [contain-intrinsic-size:auto_12rem] [content-visibility:auto] first:border-t-0 first:pt-1"
    >
      <div className="flex items-center gap-2.5">
        {node && <Station type={stepType(node)} enabled={isEnabled(node)} size="sm" />}
        <h3 id={titleId} dir="auto" className="min-w-0 flex-1 text-sm font-medium break-words">
          {titleClash(clash, versions)}
        </h3>
        {state === "decided" && <Check aria-hidden="true" className="size-4 shrink-0 text-success" />}
      </div>
      {state === "stale" && choice !== undefined && (
        <p className="mt-2 flex flex-wrap items-center gap-2 rounded-md bg-warning-soft px-3 py-1.5 text-sm text-warning">
          <span className="min-w-48 flex-1">This changed after you chose. Look at it again.</span>
          <Button size="sm" onClick={() => onChoose(clash, choice)}>
            Keep my choice
          </Button>
        </p>
      )}
      <div className="mt-2.5 grid gap-2.5 md:auto-cols-fr md:grid-flow-col">
        <ClashBase clash={clash} versions={versions} />
        {SIDES.map((side) => (
          <ClashOption
            key={side}
            group={group}
            label={nameChoice(clash, side)}
            isChosen={choice === side}
            onChoose={() => onChoose(clash, side)}
          >
            <ClashSide clash={clash} side={side} versions={versions} />
          </ClashOption>
        ))}
      </div>
      {isWritable(clash) && (
        <div className={joinClasses("mt-2.5", own && "grid")}>
          <ClashOption
            group={group}
            label="Put together by hand"
            isChosen={own !== undefined}
            onChoose={() => onChoose(clash, own ?? written ?? { value: mergeByHand(clash) })}
          >
            {own && (
              <OwnText
                // Compared with what theirs is now; what was written stays.
                key={clash.theirs}
                text={typeof own.value === "string" ? own.value : clash.mine}
                theirs={clash.theirs}
                onChange={(value) => onChoose(clash, { value })}
              />
            )}
          </ClashOption>
        </div>
      )}
    </fieldset>
  );
});
