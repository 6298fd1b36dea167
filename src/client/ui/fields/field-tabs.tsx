import { Tabs, type TabsProps } from "#client/ui/controls/tabs.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";

type FieldTabsProps<Id extends string> = TabsProps<Id> & {
  /** Unique on the page, and the same in each way in which the field is shown. */
  readonly fieldId: string;
};

/** Small tabs beside the label of a field, which show the field in another way. */
export function FieldTabs<Id extends string>({ fieldId, onSelect, ...tabs }: FieldTabsProps<Id>) {
  const select = (id: Id) => {
    onSelect(id);
    if (tabs.blockedReason !== undefined) return;
    // The other way to show the field mounts its own tabs in place of these.
    requestFocusWhenRendered(() =>
      document.querySelector<HTMLElement>(
        `[data-field-tabs="${CSS.escape(fieldId)}"] [role=tab][aria-selected=true]`,
      ),
    );
  };
  return (
    <div
      data-field-tabs={fieldId}
      className="[&_[role=tab]]:h-6 [&_[role=tab]]:text-xs pointer-coarse:[&_[role=tab]]:h-10 [&_[role=tablist]]:gap-3 [&_[role=tablist]]:border-0"
    >
      <Tabs {...tabs} onSelect={select} />
    </div>
  );
}
