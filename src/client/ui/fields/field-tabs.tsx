import { Tabs, type TabsProps } from "#client/ui/controls/tabs.tsx";

/** Small tabs beside the label of a field, which show the field in another way. */
export function FieldTabs<Id extends string>(props: TabsProps<Id>) {
  return (
    <div className="[&_[role=tab]]:h-6 [&_[role=tab]]:text-xs pointer-coarse:[&_[role=tab]]:h-10 [&_[role=tablist]]:gap-3 [&_[role=tablist]]:border-0">
      <Tabs {...props} />
    </div>
  );
}
