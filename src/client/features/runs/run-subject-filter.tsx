import { useQuery } from "@tanstack/react-query";
import { Workflow } from "lucide-react";
import { useRef, useState } from "react";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { type RunFilters, parseRunFilters } from "#client/data/queries/run-filters.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { closeOverlayWithToast, createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";

const RunSubjectPopover = createLazyComponent(
  async () => (await import("./run-subject-popover.tsx")).RunSubjectPopover,
  { onFail: closeOverlayWithToast },
);

type RunSubjectFilterProps = {
  readonly filters: RunFilters;
  readonly onChange: (filters: RunFilters) => void;
};

/** Narrows the runs of all flows to those of one flow, or of the flows with a tag. */
export function RunSubjectFilter({ filters, onChange }: RunSubjectFilterProps) {
  const { flow = "", tag } = filters;
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const { data: found } = useQuery({ ...flowQueries.detail(flow), enabled: flow !== "" });
  const isNarrowed = flow !== "" || tag !== undefined;
  const label = tag === undefined ? (found?.flow.name ?? (flow || "All flows")) : `Tag: ${tag}`;
  const choose = (subject: Pick<RunFilters, "flow" | "tag">) => {
    const { flow: _flow, tag: _tag, ...rest } = filters;
    onChange(parseRunFilters({ ...rest, ...subject }));
  };
  return (
    <>
      <Button
        ref={trigger}
        icon={Workflow}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={RunSubjectPopover.preload}
        onFocus={RunSubjectPopover.preload}
        onClick={() => setOpen(!isOpen)}
        className={isNarrowed ? "border-accent! text-accent!" : ""}
      >
        <span dir="auto" className="max-w-40 truncate">
          {label}
        </span>
      </Button>
      {isOpen && (
        <RunSubjectPopover
          trigger={trigger}
          flow={flow}
          tag={tag}
          onChoose={choose}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
