import { type ReactNode, useId } from "react";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { type FlowImportState, type PlannedFlowImport, describeServerRefusals } from "./use-flow-import.ts";

/** Rendering thousands of rows at once would block the page. */
export const MAX_ROWS_SHOWN_AT_ONCE = 100;

export function RefusedFiles({ refused }: Pick<PlannedFlowImport, "refused">) {
  return (
    <RefusalList
      title={`${formatCount(refused.length, "file")} can’t be imported`}
      entries={refused.map(({ path, reasons }) => ({ name: path, reasons }))}
      noun="file"
    />
  );
}

type ServerRefusalsProps = {
  readonly plan: FlowImportState & { readonly type: "ready" };
  readonly onSkip: (ids: ReadonlySet<string>) => void;
};

/** Lists the flows that the server would refuse, until they are skipped. */
export function ServerRefusals({ plan, onSkip }: ServerRefusalsProps) {
  const { items, validations, check } = plan;
  const wanted = items.filter(({ choice }) => choice.type !== "skip");
  const refused = wanted.flatMap(({ id, path, preview }) => {
    const validation = validations.get(id);
    if (validation?.type !== "refused") return [];
    return [{ id, path, name: preview.name, reasons: [validation.reason] }];
  });
  const paths = new Set(refused.map(({ path }) => path));
  const isShared = wanted.filter(({ path }) => paths.has(path)).length > refused.length;
  return (
    <>
      {check instanceof Error && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          Couldn’t check all flows on the server. {describeRequestErrorForUser(check)}
        </p>
      )}
      {refused.length > 0 && (
        <RefusalList title={describeServerRefusals(refused.length)} entries={refused} noun="flow">
          <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
            <Button size="sm" onClick={() => onSkip(new Set(refused.map(({ id }) => id)))}>
              Skip {formatCount(refused.length, "flow")}
            </Button>
            {isShared && "Otherwise, the other flows of the same file aren’t imported."}
          </div>
        </RefusalList>
      )}
    </>
  );
}

type RefusalListProps = {
  readonly title: string;
  readonly entries: readonly { readonly name: string; readonly reasons: readonly string[] }[];
  readonly noun: string;
  readonly children?: ReactNode;
};

function RefusalList({ title, entries, noun, children }: RefusalListProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="rounded-md bg-danger-soft px-3 py-2 text-sm">
      <h3 id={id} className="font-medium text-danger">
        {title}
      </h3>
      <ul
        aria-labelledby={id}
        // Focusable, so that keyboard users can scroll the element.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="focus-inset mt-1 flex max-h-48 flex-col gap-2 overflow-auto"
      >
        {entries.slice(0, MAX_ROWS_SHOWN_AT_ONCE).map(({ name, reasons }, index) => (
          <li key={index} className="min-w-0 break-words">
            <span className="font-medium">{name}</span>
            {reasons.map((reason) => (
              <p key={reason} className="text-muted">
                {reason}
              </p>
            ))}
          </li>
        ))}
        {entries.length > MAX_ROWS_SHOWN_AT_ONCE && (
          <li>And {formatCount(entries.length - MAX_ROWS_SHOWN_AT_ONCE, `more ${noun}`)}.</li>
        )}
      </ul>
      {children}
    </section>
  );
}
