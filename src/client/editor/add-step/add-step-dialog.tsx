import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type StepType, findStepType, STEP_CATEGORIES, STEP_TYPES } from "#contract/step-types.ts";
import type { StepTypeDescription } from "#contract/step-description.ts";
import type { ServerRunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import { quoteName } from "#core/document/quote-name.ts";
import type { JsonObject } from "#core/json/json.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { preloadStepFormCode } from "#client/editor/inspector/step-inspector.tsx";
import { SearchablePickDialog } from "#client/ui/overlays/pick-dialog.tsx";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { environmentQueries } from "#client/data/queries/environment-queries.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

const loadNewStepConfig = async () =>
  (await import("#contract/step-descriptions/new-step-config.ts")).createNewStepConfig;

type Describe = (type: string) => Pick<StepTypeDescription, "help" | "terms"> | undefined;

const loadDescriptions = async (): Promise<Describe> =>
  (await import("#contract/step-descriptions/describe-step-type.ts")).findStepDescription;

export interface NewStepTypeNameAndConfig {
  readonly type: string;
  readonly name: string | undefined;
  readonly config: JsonObject;
}

type AddStepDialogProps = {
  /** The position of the new step, such as “in Route › then, first”; undefined if the flow has no steps. */
  readonly position: string | undefined;
  readonly onAdd: (step: NewStepTypeNameAndConfig) => void;
  readonly onClose: () => void;
};

/**
 * Lists the step types by category and filters them as the user types. Accepts input at once: a picked type, and a step
 * name typed after it, wait until the code for the step is loaded.
 */
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

  const { data: server } = useQuery(serverCapabilityQueries.current());
  const { data: environment } = useQuery({
    ...environmentQueries.current(),
    enabled: server?.runs === true,
  });
  const lackOf = (type: string) => environment && findMissingRequirement(type, environment);
  const isAvailable = ({ type }: StepType) => lackOf(type) === undefined;
  const groups = picked ? [] : searchStepTypes(query, { recent, describe, isAvailable });
  return (
    <SearchablePickDialog
      title="Add step"
      description={position && `New step ${position}.`}
      label="Step types"
      placeholder={picked ? `Name of the new step (${picked.label})` : "Search step types"}
      query={picked ? picked.name : query}
      onQueryChange={picked ? typeName : setQuery}
      groups={groups.map(({ heading, types }) => ({
        heading,
        items: types.map((type) => ({
          id: idOf(heading, type),
          content: <TypeLine {...type} help={describe?.(type.type)?.help} lack={lackOf(type.type)} />,
          onPick: () => void pick(type),
        })),
      }))}
      preselectedId={findFirstAvailableId(groups, isAvailable)}
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

/** Returns why this server cannot run steps of the type as it is configured; undefined if it can. */
function findMissingRequirement(
  type: string,
  { models, mail, stepTypes }: ServerRunEnvironment,
): string | undefined {
  if (!stepTypes.includes(type)) return "Not available on this server";
  if (type === "prompt" && !models) return "Needs a model server";
  return type === "send-email" && !mail ? "Needs a mail server" : undefined;
}

type TypeLineProps = StepType & { readonly help: string | undefined; readonly lack: string | undefined };

function TypeLine({ type, label, help, lack }: TypeLineProps) {
  return (
    <>
      <FlowNode type={type} enabled />
      <span className="flex min-h-9 min-w-0 grow flex-col justify-center">
        <span className="truncate">{label}</span>
        {help !== undefined && (
          <span className={joinClasses("truncate text-xs text-muted", lack !== undefined && "max-sm:hidden")}>
            {help}
          </span>
        )}
        {lack !== undefined && <span className="truncate text-xs text-warning sm:hidden">{lack}</span>}
      </span>
      {lack === undefined ? (
        <code className="shrink-0 font-mono text-xs text-muted max-sm:hidden">{type}</code>
      ) : (
        <span className="shrink-0 text-xs text-warning max-sm:hidden">{lack}</span>
      )}
    </>
  );
}

/**
 * The dialog lists the four most recently added step types. Browser storage holds twelve, because the search also
 * ranks recently added types higher.
 */
const MOST_LISTED = 4;
const MOST_STORED = 12;

const storageKey = () => pageUserIdentityTracker.storageKey("flowline-recent-step-types");

function recentStepTypes(): readonly StepType[] {
  return readStored().flatMap((type) => findStepType(type) ?? []);
}

function storeRecentStepType(type: string): void {
  const types = [type, ...readStored().filter((other) => other !== type)].slice(0, MOST_STORED);
  const key = storageKey();
  try {
    if (key !== undefined) localStorage.setItem(key, types.join(" "));
  } catch {
    // Storage may be blocked; the list of recent types is optional.
  }
}

function readStored(): readonly string[] {
  const key = storageKey();
  try {
    return ((key !== undefined && localStorage.getItem(key)) || "").split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

interface StepTypeGroup {
  readonly heading: string;
  readonly types: readonly StepType[];
}

/** Includes the heading, because a recent type is listed twice. */
const idOf = (heading: string, { type }: StepType) => `${heading} ${type}`;

/** Returns the id of the first option that this server can run; undefined if there is none. */
export function findFirstAvailableId(
  groups: readonly StepTypeGroup[],
  isAvailable: (step: StepType) => boolean,
): string | undefined {
  return groups.flatMap(({ heading, types }) =>
    types.filter(isAvailable).map((type) => idOf(heading, type)),
  )[0];
}

interface StepTypeSearchOptions {
  readonly recent: readonly StepType[];
  readonly describe?: Describe | undefined;
  /** Whether the server can run steps of the type. */
  readonly isAvailable: (step: StepType) => boolean;
}

/**
 * Groups the step types that match the query: if the query is empty, recent types, then all types by category; else one
 * list, best match first. A word matches the label, type, category, search terms or description. Among matches of the
 * same quality, available types come first; recent types win ties.
 */
export function searchStepTypes(
  query: string,
  { recent, describe, isAvailable }: StepTypeSearchOptions,
): readonly StepTypeGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    const categories = STEP_CATEGORIES.map((category) => ({
      heading: category,
      types: STEP_TYPES.filter((step) => step.category === category),
    }));
    const groups = [{ heading: "Recent", types: recent.slice(0, MOST_LISTED) }, ...categories];
    return groups.filter(({ types }) => types.length > 0);
  }
  const types = [...new Set([...recent, ...STEP_TYPES])]
    .map((step) => ({
      step,
      rank: rankOf(step, words, describe?.(step.type)) + (isAvailable(step) ? 0 : UNAVAILABLE),
    }))
    .filter(({ rank }) => rank < NO_MATCH)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ step }) => step);
  return types.length === 0 ? [] : [{ heading: "Found", types }];
}

// The tens of a rank are the quality of the match. An unavailable type ranks below the available types of the
// same quality, but above the next quality.
const UNAVAILABLE = 5;
const NO_MATCH = 30;

function rankOf(
  { label, type, category }: StepType,
  words: readonly string[],
  { help = "", terms = [] }: Partial<Pick<StepTypeDescription, "help" | "terms">> = {},
): number {
  const name = label.toLowerCase();
  if (name.startsWith(words.join(" "))) return 0;
  // Short words match only at the beginning of a word: “if” would find “notify”.
  const matches = (text: string, minLength = 4) =>
    words.every((word) => ` ${text}`.includes(word.length < minLength ? ` ${word}` : word));
  if (matches(name, Infinity)) return 10;
  // Search terms are ordered by importance, so a match with the first term ranks high.
  if (words.length === 1 && words[0] === terms[0]) return 11;
  const nameAndTerms = [name, ...terms].join(" ");
  if (matches(nameAndTerms, Infinity)) return 12;
  if (matches(name)) return 20;
  return matches(`${nameAndTerms} ${type} ${category} ${help}`.toLowerCase()) ? 21 : NO_MATCH;
}
