import { useEffect, useRef, useState } from "react";
import { ChevronRight } from "lucide-react";
import { findStepType } from "#contract/find-step-type.ts";
import type { StepType } from "#contract/step-types.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { preloadStepFormCode } from "#client/editor/inspector/step-inspector.tsx";
import {
  type PickDialogGroup,
  type PickDialogItem,
  SearchablePickDialog,
} from "#client/ui/overlays/pick-dialog.tsx";
import { useRunSettings } from "#client/data/queries/environment-queries.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { createStoredValue } from "#client/storage/stored-value.ts";
import type { NewStepTypeNameAndConfig } from "./create-new-step.ts";
import {
  type StepTypeHelp,
  NEEDS_PLATFORM,
  findMissingRequirement,
  groupStepTypes,
  searchStepTypes,
  type StepTypeGroup,
  splitIntoWords,
} from "./step-type-groups.ts";

const loadNewStepConfig = async () =>
  (await import("#contract/step-descriptions/new-step-config.ts")).createNewStepConfig;

type Describe = (type: string) => StepTypeHelp | undefined;

const loadDescriptions = async (): Promise<Describe> =>
  (await import("#contract/step-descriptions/find-step-description.ts")).findStepDescription;

type AddStepDialogProps = {
  /** The position of the new step, such as “in Route › then, first”; undefined if the flow has no steps. */
  readonly position: string | undefined;
  readonly onAdd: (step: NewStepTypeNameAndConfig) => void;
  readonly onClose: () => void;
};

/** Accepts input at once: what is typed before the code for the step is loaded waits for it. */
export function AddStepDialog({ position, onAdd, onClose }: AddStepDialogProps) {
  const [query, setQuery] = useState("");
  const [picked, setPicked] = useState<{ readonly label: string; readonly name: string }>();
  const [recent] = useState(recentStepTypes);
  const [describe, setDescribe] = useState<Describe>();
  const typed = useRef("");
  const isOpen = useRef(true);
  useEffect(() => {
    isOpen.current = true;
    void loadNewStepConfig().catch(() => undefined);
    // Optional: without descriptions, the search matches only labels, types and categories.
    loadDescriptions().then(
      (loaded) => isOpen.current && setDescribe(() => loaded),
      () => undefined,
    );
    void preloadStepFormCode();
    return () => {
      isOpen.current = false;
    };
  }, []);

  const typeName = (name: string) => {
    typed.current = name;
    setPicked((waiting) => waiting && { ...waiting, name });
  };
  const pick = async ({ type, label }: StepType) => {
    typed.current = "";
    setPicked({ label, name: "" });
    try {
      const [newStepConfig] = await Promise.all([loadNewStepConfig(), preloadStepFormCode()]);
      if (!isOpen.current) return;
      storeRecentStepType(type);
      onAdd({ type, name: typed.current.trim() || undefined, config: newStepConfig(type) });
    } catch {
      if (!isOpen.current) return;
      setPicked(undefined);
      const text = `Couldn’t add ${quoteName(label)}. Check that the server is running, then retry.`;
      toasts.show({ text, tone: "danger" });
    }
  };

  const { data: environment } = useRunSettings();
  const lackOf = (type: string) => environment && findMissingRequirement(type, environment);
  const isAvailable = ({ type }: StepType) => lackOf(type) !== NEEDS_PLATFORM;
  const words = splitIntoWords(query);
  const listGroups = (): readonly StepTypeGroup[] => {
    if (words.length === 0) return groupStepTypes(isAvailable);
    const types = searchStepTypes(words, { recent, describe, isAvailable });
    return types.length === 0 ? [] : [{ heading: "Found", types }];
  };
  const groups = picked ? [] : listGroups();
  const platformGroup = usePlatformGroup();
  const toItem = (step: StepType, lack?: string): PickDialogItem => ({
    id: step.type,
    content: <TypeLine {...step} help={describe?.(step.type)?.help} lack={lack} />,
    onPick: () => void pick(step),
  });
  return (
    <SearchablePickDialog
      title="Add step"
      description={position && `New step ${position}.`}
      label="Step types"
      placeholder={picked ? `Name of the new step (${picked.label})` : "Search step types"}
      query={picked ? picked.name : query}
      onQueryChange={picked ? typeName : setQuery}
      groups={groups.map(({ heading, types }) =>
        heading === NEEDS_PLATFORM
          ? platformGroup(
              types.map((step) => toItem(step)),
              groups.length === 1,
            )
          : { heading, items: types.map((step) => toItem(step, lackOf(step.type))) },
      )}
      status={
        picked ? (
          <p className="px-2 py-8 text-center">Adding {quoteName(picked.label)}… You can type its name.</p>
        ) : (
          groups.length === 0 && <p className="px-2 py-8 text-center">No matching steps.</p>
        )
      }
      onClose={onClose}
    />
  );
}

/** An option shows and hides these types, unless they are the only group. */
function usePlatformGroup() {
  const [isExpanded, setExpanded] = useState(false);
  const title = useRef<HTMLSpanElement>(null);
  return (items: readonly PickDialogItem[], isOnlyGroup: boolean): PickDialogGroup => {
    const heading = `${NEEDS_PLATFORM} (${formatNumber(items.length)})`;
    if (isOnlyGroup) return { heading, items };
    const toggle = () => {
      setExpanded(!isExpanded);
      const effect = isExpanded ? "hidden" : "shown";
      announceToScreenReaders(`${formatCount(items.length, "step type")} ${effect}.`);
      if (!isExpanded) requestAnimationFrame(() => scrollToTop(title.current));
    };
    const content = (
      <span ref={title} className="flex items-center gap-1.5 text-xs font-medium text-muted">
        <ChevronRight
          aria-hidden="true"
          className={joinClasses("size-4 transition-transform", isExpanded && "rotate-90")}
        />
        {heading}
        {/* Options do not support `aria-expanded`. */}
        <span className="sr-only">{isExpanded ? "expanded" : "collapsed"}</span>
      </span>
    );
    return { items: [{ id: NEEDS_PLATFORM, content, onPick: toggle }, ...(isExpanded ? items : [])] };
  };
}

/** Shows as many as possible of the options below the one with this content. Scrolls the list only, not the dialog. */
function scrollToTop(content: HTMLElement | null): void {
  const option = content?.closest("[role=option]");
  const list = option?.closest("[role=listbox]");
  if (option && list) list.scrollTop += option.getBoundingClientRect().top - list.getBoundingClientRect().top;
}

type TypeLineProps = StepType & { readonly help: string | undefined; readonly lack: string | undefined };

function TypeLine({ type, label, help, lack }: TypeLineProps) {
  return (
    <>
      <FlowNode type={type} enabled />
      <span className="flex min-h-9 min-w-0 grow flex-col justify-center">
        <span className="truncate">{label}</span>
        {help !== undefined && (
          <span
            className={joinClasses("truncate text-xs text-muted", lack === NEEDS_PLATFORM && "max-sm:hidden")}
          >
            {help}
          </span>
        )}
        {lack === NEEDS_PLATFORM && <span className="truncate text-xs text-muted sm:hidden">{lack}</span>}
      </span>
      {lack === undefined ? (
        <code className="shrink-0 font-mono text-xs text-muted max-sm:hidden">{type}</code>
      ) : (
        <span
          className={joinClasses("shrink-0 text-xs text-muted", lack === NEEDS_PLATFORM && "max-sm:hidden")}
        >
          {lack}
        </span>
      )}
    </>
  );
}

/** Stores more types than a user adds in a row, because the search ranks recently added types higher. */
const MOST_STORED = 12;

const recentStepTypeStore = createStoredValue<readonly string[]>({
  keyOf: () => pageUserIdentityTracker.storageKey("flowline-recent-step-types"),
  parse: (text) => text?.split(" ").filter(Boolean) ?? [],
  format: (types) => types.join(" "),
});

function recentStepTypes(): readonly StepType[] {
  return recentStepTypeStore.getState().flatMap((type) => findStepType(type) ?? []);
}

function storeRecentStepType(type: string): void {
  const others = recentStepTypeStore.getState().filter((other) => other !== type);
  recentStepTypeStore.set([type, ...others].slice(0, MOST_STORED));
}
