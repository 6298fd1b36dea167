import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { ChevronRight, Database, Workflow } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import type { FlowListItem } from "#contract/flow.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import {
  hasSignedInUserApiScope,
  serverCapabilityQueries,
  useOffersFeature,
} from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { describePublishState, formatStepCount, getPublishState } from "#client/flow/publish-state.ts";
import { type RecentFlow, recentFlowStore } from "#client/data/device/recent-flows.ts";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { KeyboardKey, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { formatRelativeTime } from "#client/ui/format/format-time.ts";
import type { PageCommand, PagePart } from "#client/ui/overlays/page-commands.ts";
import { SearchablePickDialog } from "#client/ui/overlays/pick-dialog.tsx";
import { type FoundGroup, findEntries } from "./find-entries.ts";
import { type MatchedRange, splitQuery } from "./fuzzy-match.ts";
import { listAppCommands } from "./list-app-commands.ts";
import { EntryIcon, type PaletteEntry } from "./palette-entry.tsx";
import { noteUsedCommand, readRecentCommands } from "./recent-commands.ts";
import { useListEntries } from "./use-list-entries.tsx";
import { type NameDialog, findOpenFlowId, useNameEntries } from "./use-name-entries.tsx";

export type CommandPaletteProps = {
  /** The commands and parts of the page, listed before the palette took the focus. */
  readonly commands: readonly PageCommand[];
  readonly parts: readonly PagePart[];
  readonly onClose: () => void;
};

const StepUsesDialog = createLazyDialog(
  async () => (await import("#client/flow/step-uses/step-uses-dialog.tsx")).StepUsesDialog,
);
const ReplaceModelDialog = createLazyDialog(
  async () => (await import("#client/flow/step-uses/replace-model-dialog.tsx")).ReplaceModelDialog,
);

/** Finds flows, steps of the open flow, actions and other names by a few letters. */
export function CommandPalette({ onClose, ...page }: CommandPaletteProps) {
  const [query, setQuery] = useState("");
  const [dialog, setDialog] = useState<NameDialog>();
  const [opener] = useState(() => document.activeElement);
  const local = useLocalEntries(page);
  const { flows, search, isEnded } = useFlowEntries(query);
  const hasStepSearch = useOffersFeature("stepSearch");
  // Waits for the flows: Enter right after typing must not search in steps for the name of a flow.
  const lists = useListEntries(query, hasStepSearch && isEnded);
  const types = useRecordTypeEntries();
  const recordTypes = useMemo(() => types.map(({ label }) => label), [types]);
  // Stays open until the dialog is loaded: keys pressed meanwhile would act on the page.
  const onOpen = useCallback((next: NameDialog) => {
    const part = next.isReplacing ? ReplaceModelDialog : StepUsesDialog;
    void part.load().then(() => setDialog(next));
  }, []);
  const names = useNameEntries({ query, isOffered: hasStepSearch, recordTypes, onOpen });
  const groups = useMemo(
    () => findEntries([...flows, ...local, ...lists, ...types, ...names], query),
    [flows, local, lists, types, names, query],
  );
  const preselectedId = usePreselectedId(groups, query);
  const count = groups.reduce(
    (sum, { found }) => sum + found.filter(({ entry }) => !entry.isForAnyQuery).length,
    0,
  );
  if (dialog) {
    const { kind, name, isReplacing } = dialog;
    const closing = { onClose, returnFocus: () => (opener instanceof HTMLElement ? opener : null) };
    return isReplacing ? (
      <ReplaceModelDialog model={name} {...closing} />
    ) : (
      <StepUsesDialog kind={kind} name={name} {...closing} />
    );
  }
  const pick = (entry: PaletteEntry) => {
    if (names.includes(entry)) return entry.onPick();
    // Closes first, so that the focus is back where the user left it when the action begins.
    flushSync(onClose);
    queueMicrotask(entry.onPick);
  };

  return (
    <SearchablePickDialog
      title="Command palette"
      variant="palette"
      label="Flows, steps, actions and record types"
      placeholder="Search flows, steps, actions…"
      query={query}
      onQueryChange={setQuery}
      groups={groups.map(({ heading, found }) => ({
        heading,
        items: found.map(({ entry, ranges }) => ({
          id: entry.id,
          content: <EntryLine entry={entry} ranges={ranges} />,
          isUnavailable: entry.disabledReason !== undefined,
          onPick: () => pick(entry),
        })),
      }))}
      status={
        <PaletteStatus
          query={query}
          count={count}
          isSearching={search.isFetching}
          error={search.error}
          onRetry={() => void search.refetch()}
        />
      }
      preselectedId={preselectedId}
      onClose={onClose}
    />
  );
}

/** From this score on, a match is good enough to stay preselected when the server finds a better one. */
const GOOD_SCORE = 85;

/** A good match stays preselected until the query changes, so that Enter picks what the user saw. */
function usePreselectedId(groups: readonly FoundGroup<PaletteEntry>[], query: string): string | undefined {
  const best = groups[0]?.found[0];
  const [preselected, setPreselected] = useState({ query, found: best });
  const { found } = preselected;
  const isListed = groups.some((group) => group.found.some(({ entry }) => entry.id === found?.entry.id));
  const isBetter = (best?.score ?? 0) > (found?.score ?? 0) && (found?.score ?? 0) < GOOD_SCORE;
  if (preselected.query !== query || !isListed || isBetter) {
    if (preselected.query !== query || found?.entry.id !== best?.entry.id)
      setPreselected({ query, found: best });
    return best?.entry.id;
  }
  return found?.entry.id;
}

function useLocalEntries({ commands, parts }: Pick<CommandPaletteProps, "commands" | "parts">) {
  const router = useRouter();
  const client = useQueryClient();
  return useMemo((): readonly PaletteEntry[] => {
    const recent = readRecentCommands();
    const all = listAppCommands(router, client, commands);
    return [
      ...parts.map(({ id, label, detail, terms, draw, onSelect }) => ({
        id: `step ${id}`,
        group: "Steps" as const,
        label,
        detail,
        terms,
        draw,
        onPick: onSelect,
      })),
      ...all.map((command) => ({
        id: `action ${command.id}`,
        group: "Actions" as const,
        label: command.label,
        detail: command.detail,
        terms: command.terms,
        recency: recent.includes(command.id) ? recent.indexOf(command.id) : undefined,
        draw: () => <EntryIcon icon={command.icon ?? ChevronRight} />,
        shortcut: command.shortcut,
        disabledReason: command.disabledReason,
        onPick: () => {
          noteUsedCommand(command.id);
          command.onSelect();
        },
      })),
    ];
  }, [router, client, commands, parts]);
}

/** Time without a key press after which the server is searched, in milliseconds. */
const DEBOUNCE_MS = 120;

/** Lists the flows that were opened recently or are cached, and those that the server finds for the query. */
function useFlowEntries(query: string) {
  const router = useRouter();
  const client = useQueryClient();
  const deleted = useIdsOfPendingDeletions();
  const text = query.trim();
  const debounced = useDebounced(text, DEBOUNCE_MS);
  // A new key aborts the previous request; `enabled` delays the next until the user stops typing.
  const search = useQuery({
    ...flowQueries.search(text),
    enabled: text !== "" && debounced === text,
    placeholderData: keepPreviousData,
  });
  const [recent] = useState(recentFlowStore.getState);
  const [cached] = useState(() =>
    client
      .getQueriesData<{ readonly pages?: readonly { readonly data: readonly FlowListItem[] }[] }>({
        queryKey: flowQueries.lists(),
      })
      .flatMap(([, list]) => list?.pages?.flatMap(({ data }) => data) ?? []),
  );
  // Undefined while the query still returns the result for an earlier text.
  const found = debounced === text && !search.isPlaceholderData ? search.data : undefined;
  const known = search.data;
  const flows = useMemo(() => {
    const current = findOpenFlowId(router.latestLocation.pathname);
    const byId = new Map<string, ListedFlow>(
      [...recent, ...cached, ...(known ?? [])].map((flow) => [flow.id, flow]),
    );
    const listed = [...byId.values()].filter(({ id }) => !deleted.has(id));
    const foundIds = new Set(found?.map(({ id }) => id));
    const counts = new Map<string, number>();
    for (const { name } of listed) counts.set(name, (counts.get(name) ?? 0) + 1);
    return listed.map((flow): PaletteEntry => {
      const { id, name } = flow;
      const position = recent.findIndex((other) => other.id === id);
      const isCurrent = id === current;
      const details = [
        ...(isCurrent ? ["Open now"] : []),
        ...((counts.get(name) ?? 0) > 1 ? describeListedFlow(flow) : []),
      ];
      return {
        id: `flow ${id}`,
        group: "Flows",
        label: name,
        detail: details.length > 0 ? details.join(" · ") : undefined,
        recency: position < 0 || isCurrent ? undefined : position,
        isFoundByServer: foundIds.has(id),
        draw: () => <EntryIcon icon={Workflow} />,
        onPick: () => void router.navigate({ to: "/flows/$flowId", params: { flowId: id } }),
      };
    });
  }, [router, recent, cached, known, found, deleted]);
  return { flows, search, isEnded: text !== "" && (found !== undefined || search.isError) };
}

type ListedFlow = RecentFlow | FlowListItem;

/** Distinguishes flows of the same name. */
function describeListedFlow(flow: ListedFlow): readonly string[] {
  if (!("updatedAt" in flow)) return [`Opened ${formatRelativeTime(flow.openedAt, Date.now())}`];
  const state = getPublishState(flow);
  return [
    ...(state ? [describePublishState(state, flow.publishedVersionNumber)] : []),
    ...(typeof flow.totalStepCount === "number" ? [formatStepCount(flow.totalStepCount)] : []),
    `updated ${formatRelativeTime(Date.parse(flow.updatedAt), Date.now())}`,
  ];
}

function useRecordTypeEntries(): readonly PaletteEntry[] {
  const router = useRouter();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isEnabled = hasSignedInUserApiScope(server, "RECORDS:READ");
  const { data } = useRecordTypes({ isEnabled });
  return useMemo(
    () =>
      (data ?? []).map(({ type, count }) => ({
        id: `type ${type}`,
        group: "Record types",
        label: type,
        detail: count === undefined ? undefined : formatCount(count, "record"),
        draw: () => <EntryIcon icon={Database} />,
        onPick: () => void router.navigate({ to: "/records/$type", params: { type } }),
      })),
    [data, router],
  );
}

function useDebounced(text: string, delayMs: number): string {
  const [debounced, setDebounced] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(text), delayMs);
    return () => clearTimeout(timer);
  }, [text, delayMs]);
  return debounced;
}

type EntryLineProps = { readonly entry: PaletteEntry; readonly ranges: readonly MatchedRange[] };

function EntryLine({ entry, ranges }: EntryLineProps) {
  const { label, detail, shortcut, disabledReason } = entry;
  return (
    <>
      <span aria-hidden="true" className="grid size-5 shrink-0 place-items-center">
        {entry.draw()}
      </span>
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex min-w-0 items-baseline gap-2">
          <span dir="auto" className="max-w-full shrink-0 truncate">
            <MarkedText text={label} ranges={ranges} />
          </span>
          {detail !== undefined && (
            <span dir="auto" className="min-w-0 truncate text-xs text-muted">
              {" "}
              {detail}
            </span>
          )}
        </span>
        {disabledReason !== undefined && (
          <span className="truncate text-xs text-muted"> {disabledReason}</span>
        )}
      </span>
      {shortcut !== undefined && (
        <span className="shrink-0 pointer-coarse:hidden">
          {" "}
          <KeyboardKey shortcut={shortcut} />
        </span>
      )}
    </>
  );
}

function MarkedText({ text, ranges }: { readonly text: string; readonly ranges: readonly MatchedRange[] }) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const [from, to] of ranges) {
    parts.push(text.slice(end, from));
    parts.push(
      <mark key={from} className="bg-transparent font-semibold text-accent">
        {text.slice(from, to)}
      </mark>,
    );
    end = to;
  }
  return [...parts, text.slice(end)];
}

type PaletteStatusProps = {
  readonly query: string;
  readonly count: number;
  readonly isSearching: boolean;
  readonly error: Error | null;
  readonly onRetry: () => void;
};

/** Says how many entries were found, and whether the server could be searched. */
function PaletteStatus({ query, count, isSearching, error, onRetry }: PaletteStatusProps) {
  // The delay keeps screen readers from announcing a count after every letter.
  const announced = useDebounced(isSearching ? "" : formatCount(count, "result"), 500);
  if (splitQuery(query).length === 0) return null;
  return (
    <>
      {error && !isSearching && (
        <div className="flex flex-wrap items-center gap-3 px-2 pt-3 text-sm text-danger">
          <span className="min-w-0 flex-1">
            Couldn’t search all flows. {describeRequestErrorForUser(error)} Other results are shown.
          </span>
          <Button
            size="sm"
            onClick={({ currentTarget }) => {
              // Moves the focus first, because a successful search removes the button.
              currentTarget.closest("[role=dialog]")?.querySelector<HTMLElement>("[role=combobox]")?.focus();
              onRetry();
            }}
          >
            Retry
          </Button>
        </div>
      )}
      {count === 0 && (
        <p className="px-2 py-8 text-center">{isSearching ? "Searching…" : "No matching results."}</p>
      )}
      {count > 0 && <VisuallyHidden>{announced}</VisuallyHidden>}
    </>
  );
}
