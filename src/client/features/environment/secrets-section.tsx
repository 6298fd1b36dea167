import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { SecretList } from "#contract/server-status.ts";
import { findStepFacts } from "#contract/find-step-facts.ts";
import { serverQueries } from "#client/data/queries/server-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { StepUsesButton } from "#client/flow/step-uses/step-uses-button.tsx";
import { SearchField } from "#client/ui/fields/search-field.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { EnvironmentSection, UnreadValue, StatusLabel, type StatusTone } from "./environment-section.tsx";
import { quoteName } from "#core/text/quote-name.ts";

const PAGE_SIZE = 50;
const MAX_SECRETS_WITHOUT_SEARCH = 12;

export function SecretsSection() {
  const list = useQuery(serverQueries.secrets());
  const { data } = list;
  if (!data) {
    return (
      <EnvironmentSection title="Secrets">
        <div className="px-4 py-2.5">
          <UnreadValue query={list} label="Loading the secrets" />
        </div>
      </EnvironmentSection>
    );
  }
  const anyHostCount = data.secrets.filter((secret) => getSecretState(secret) === "any-host").length;
  const areStatesKnown = data.secrets.every(({ set }) => set !== undefined);
  return (
    <EnvironmentSection title="Secrets" summary={formatSecretCountsByState(data.secrets)}>
      {data.secrets.length === 0 ? (
        <NoSecrets isComplete={data.complete} />
      ) : (
        <SecretTable secrets={sortSecretsByStateAndName(data.secrets)} />
      )}
      {anyHostCount > 0 && (
        <SectionNote>
          <StatusLabel tone="warning">
            Flows can send {formatCount(anyHostCount, "secret")} to any host. List the hosts in
            FLOWLINE_SECRET_NAME_ALLOW.
          </StatusLabel>
        </SectionNote>
      )}
      {!areStatesKnown && (
        <SectionNote>Whether a secret is set is shown only to keys that can edit or run flows.</SectionNote>
      )}
      {!data.complete && data.secrets.length > 0 && (
        <SectionNote>
          The list is incomplete: there are too many flows or secrets to show all uses.
        </SectionNote>
      )}
    </EnvironmentSection>
  );
}

function SectionNote({ children }: { readonly children: ReactNode }) {
  return <p className="border-t border-line px-4 py-2.5 text-sm text-muted">{children}</p>;
}

function NoSecrets({ isComplete }: { readonly isComplete: boolean }) {
  return (
    <p className="px-4 py-2.5 text-sm text-muted">
      {isComplete ? (
        <>
          No secrets. Set <code className="font-mono text-xs">FLOWLINE_SECRET_NAME</code> and use it in a step
          as <code className="font-mono text-xs">{"{{secret:NAME}}"}</code>.
        </>
      ) : (
        "Searching the flows for secrets timed out. Refresh to retry."
      )}
    </p>
  );
}

function SecretTable({ secrets }: { readonly secrets: readonly SecretListEntry[] }) {
  const [search, setSearch] = useState("");
  const [limit, setLimit] = useState(PAGE_SIZE);
  const wanted = search.trim().toLowerCase();
  const found = wanted === "" ? secrets : secrets.filter(({ name }) => name.toLowerCase().includes(wanted));
  const more = found.length - limit;
  return (
    <>
      {secrets.length > MAX_SECRETS_WITHOUT_SEARCH && (
        <div className="border-b border-line p-2">
          <SearchField
            label="Search secrets"
            value={search}
            onValueChange={(value) => {
              setSearch(value);
              setLimit(PAGE_SIZE);
            }}
          />
        </div>
      )}
      <p role="status" className={found.length > 0 ? "sr-only" : "px-4 py-2.5 text-sm text-muted"}>
        {wanted !== "" &&
          (found.length > 0
            ? formatCount(found.length, "secret")
            : `No secrets match ${quoteName(search.trim())}.`)}
      </p>
      <ul aria-label="Secrets" className="divide-y divide-line">
        {found.slice(0, limit).map((secret) => (
          <SecretRow key={secret.name} secret={secret} />
        ))}
      </ul>
      {more > 0 && (
        <div className="border-t border-line p-2">
          <Button size="sm" variant="ghost" onClick={() => setLimit(limit + PAGE_SIZE)}>
            {more > PAGE_SIZE
              ? `Show ${PAGE_SIZE} of ${formatNumber(more)} more`
              : `Show ${formatNumber(more)} more`}
          </Button>
        </div>
      )}
    </>
  );
}

const STATES: Readonly<Record<SecretState, { readonly tone: StatusTone; readonly label: string }>> = {
  missing: { tone: "missing", label: "Missing" },
  refused: { tone: "warning", label: "Not allowed" },
  "any-host": { tone: "warning", label: "Any host" },
  set: { tone: "good", label: "Set" },
  unused: { tone: "good", label: "Set" },
  unknown: { tone: "plain", label: "" },
};

function SecretRow({ secret }: { readonly secret: SecretListEntry }) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { name, flowCount, stepCount } = secret;
  const { tone, label } = STATES[getSecretState(secret)];
  const uses =
    flowCount === 0 ? "Not used" : `${formatCount(stepCount, "step")} in ${formatCount(flowCount, "flow")}`;
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        className="focus-inset grid min-h-10 w-full grid-cols-[1rem_minmax(0,1fr)_auto] items-center gap-x-2 px-3 py-1.5 text-left hover:bg-hover/60 sm:grid-cols-[1rem_minmax(0,1fr)_7.5rem_11rem]"
      >
        <ChevronRight
          aria-hidden="true"
          className={joinClasses("size-4 text-muted transition-transform", isOpen && "rotate-90")}
        />
        <span
          dir="auto"
          {...getTooltipProps(name, { whenTruncated: true })}
          className="truncate font-mono text-xs font-medium"
        >
          {name}
        </span>
        <span className="text-sm">{label !== "" && <StatusLabel tone={tone}>{label}</StatusLabel>}</span>
        <span className="col-start-2 text-sm text-muted tabular-nums max-sm:row-start-2 sm:col-start-auto sm:text-right">
          {uses}
        </span>
      </button>
      {isOpen && (
        <div id={id} className="flex flex-col gap-2 border-t border-line bg-canvas py-2.5 pr-4 pl-9 text-sm">
          <SecretHint secret={secret} />
          <SecretUses secret={secret} />
        </div>
      )}
    </li>
  );
}

function SecretHint({ secret }: { readonly secret: SecretListEntry }) {
  const { name, stepTypes = [], hosts = [], refusedStepTypes = [] } = secret;
  switch (getSecretState(secret)) {
    case "missing":
      return (
        <p className="break-words text-muted">
          {isEnvironmentSecretName(name)
            ? `Set FLOWLINE_SECRET_${name} and restart the server.`
            : "A secret’s name may contain only letters, digits and _. Rename it in the steps."}
        </p>
      );
    case "refused":
      return (
        <p className="break-words text-muted">
          {refusedStepTypes.length > 0
            ? `Not allowed in ${refusedStepTypes.join(", ")}`
            : "Not allowed in any step"}
          {`. Add ${describeMissingPermission(refusedStepTypes)} to FLOWLINE_SECRET_${name}_ALLOW.`}
        </p>
      );
    case "any-host":
      return (
        <p className="break-words text-muted">
          {`Allowed in ${stepTypes.join(", ")}, to any host. List the hosts in FLOWLINE_SECRET_${name}_ALLOW.`}
        </p>
      );
    case "set":
    case "unused":
      return (
        <p className="break-words text-muted">
          Allowed in {stepTypes.join(", ")}
          {hosts.length > 0 && `, to ${hosts.join(", ")}`}.
        </p>
      );
    case "unknown":
      return null;
  }
}

/** Names what to add so that the step types may use the secret: requests need a host, not their type. */
function describeMissingPermission(refusedStepTypes: readonly string[]): string {
  const others = refusedStepTypes.filter((type) => !findStepFacts(type).sendsRequest);
  const hosts =
    others.length < refusedStepTypes.length || others.length === 0 ? ["the hosts of the requests"] : [];
  const types = others.length > 0 ? [others.join(", ")] : [];
  return [...hosts, ...types].join(" and ");
}

function SecretUses({ secret: { name, flows, flowCount } }: { readonly secret: SecretListEntry }) {
  if (flows.length === 0) return <p className="text-muted">No saved flow uses this secret.</p>;
  const more = flowCount - flows.length;
  return (
    <>
      <ul aria-label={`Flows that use ${name}`} className="flex flex-col gap-1.5">
        {flows.map(({ flowId, flowName, steps, stepCount }) => (
          <li key={flowId} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <Link
              to="/flows/$flowId"
              params={{ flowId }}
              dir="auto"
              className="max-w-full min-w-0 truncate font-medium hover:underline"
            >
              {flowName}
            </Link>
            <span className="flex min-w-0 flex-wrap gap-x-2 text-muted">
              {steps.map((step, index) => (
                <StepLink key={step.id ?? index} flowId={flowId} step={step} />
              ))}
              {stepCount > steps.length && (
                <span>and {formatCount(stepCount - steps.length, "more step")}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="text-muted">and {formatCount(more, "more flow")}</p>}
      <StepUsesButton kind="secret" name={name} className="-ml-2 self-start">
        Show all uses
      </StepUsesButton>
    </>
  );
}

type StepLinkProps = {
  readonly flowId: string;
  readonly step: SecretListEntry["flows"][number]["steps"][number];
};

function StepLink({ flowId, step: { id, name, enabled } }: StepLinkProps) {
  const text = enabled ? name : `${name} (off)`;
  if (id === undefined) return <span className="max-w-full min-w-0 truncate">{text}</span>;
  return (
    <Link
      to="/flows/$flowId"
      params={{ flowId }}
      search={{ step: id }}
      dir="auto"
      className="max-w-full min-w-0 truncate text-accent hover:underline"
    >
      {text}
    </Link>
  );
}

export type SecretListEntry = SecretList["secrets"][number];

/** `unknown`: the caller has no permission to see whether the secret is set. */
type SecretState = "missing" | "refused" | "any-host" | "set" | "unused" | "unknown";

const STATE_ORDER: readonly SecretState[] = ["missing", "refused", "any-host", "set", "unknown", "unused"];

export function getSecretState({
  set,
  stepTypes,
  hosts,
  refusedStepTypes = [],
  stepCount,
}: SecretListEntry): SecretState {
  if (set === undefined) return "unknown";
  if (!set) return "missing";
  if (refusedStepTypes.length > 0 || stepTypes?.length === 0) return "refused";
  const isSent = stepTypes?.some((type) => findStepFacts(type).sendsRequest);
  if (isSent === true && hosts?.length === 0) return "any-host";
  return stepCount > 0 ? "set" : "unused";
}

/** Sorts secrets that need attention first, and then by name. */
export function sortSecretsByStateAndName(secrets: readonly SecretListEntry[]): readonly SecretListEntry[] {
  return secrets.toSorted((a, b) => {
    const difference = STATE_ORDER.indexOf(getSecretState(a)) - STATE_ORDER.indexOf(getSecretState(b));
    return difference === 0 ? a.name.localeCompare(b.name) : difference;
  });
}

/** Returns “2 missing · 1 not allowed · 3 any host · 14 set”; empty if the states are unknown. */
export function formatSecretCountsByState(secrets: readonly SecretListEntry[]): string {
  const count = (...states: SecretState[]) =>
    secrets.filter((secret) => states.includes(getSecretState(secret))).length;
  const parts = [
    { number: count("missing"), word: "missing" },
    { number: count("refused"), word: "not allowed" },
    { number: count("any-host"), word: "any host" },
    { number: count("set", "unused"), word: "set" },
  ];
  return parts
    .filter(({ number }) => number > 0)
    .map(({ number, word }) => `${formatNumber(number)} ${word}`)
    .join(" · ");
}

export function isEnvironmentSecretName(name: string): boolean {
  return /^\w{1,60}$/.test(name);
}
