import { useQuery } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useDeferredValue, useEffect, useMemo } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { DataflowAnalyzer } from "#client/document/analysis/dataflow.ts";
import { loadDataflowAnalyzer } from "#client/document/analysis/load-dataflow-analyzer.ts";
import { type Problem, isServerDependentProblem } from "#core/dataflow/problem.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import {
  type KnownServerCapabilities,
  offersFeature,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { useRunSettings } from "#client/data/queries/environment-queries.ts";
import { NO_NEEDED_NAMES, readKnownResources } from "#client/data/queries/known-resources.ts";
import { checkManagedSecrets } from "#client/data/queries/secret-checks.ts";
import { EnvironmentLink } from "#client/page/environment-link.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { RecordReadByStep } from "#core/dataflow/list-record-reads.ts";
import type {
  AccountRunEnvironment,
  KnownResources,
  RunEnvironment,
  ServerRunEnvironment,
} from "#core/dataflow/find-environment-problems.ts";

type UnresolvedProblemListProps = {
  readonly label?: string;
  /** Sorted by severity, errors first. */
  readonly problems: readonly Problem[];
  readonly isAccepted?: boolean;
  readonly onAccept?: ((isAccepted: boolean) => void) | undefined;
  readonly onShowProblem?: ((problem: Problem) => void) | undefined;
  readonly onOpenEnvironment?: (() => void) | undefined;
};

const MAX_SHOWN = 6;

/** Lists the problems of a flow to publish or run. Errors do not block the action, but may need a confirmation. */
export function UnresolvedProblemList({
  label = "Open problems",
  problems,
  isAccepted = false,
  onAccept,
  onShowProblem,
  onOpenEnvironment,
}: UnresolvedProblemListProps) {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const rest = problems.length - MAX_SHOWN;
  return (
    <section
      aria-label={label}
      className={joinClasses(
        "flex flex-col gap-1.5 rounded-md px-3 py-2 text-sm",
        errors > 0 ? "bg-danger-soft" : "bg-warning-soft",
      )}
    >
      <ul className="flex flex-col gap-1">
        {problems.slice(0, MAX_SHOWN).map((problem, index) => {
          const { severity, message, step } = problem;
          const isError = severity === "error";
          const Drawing = isError ? CircleAlert : TriangleAlert;
          return (
            <li key={index} className="flex flex-wrap items-start gap-x-2">
              <Drawing
                aria-hidden="true"
                className={joinClasses("mt-1.5 size-4 shrink-0", isError ? "text-danger" : "text-warning")}
              />
              <span className="min-w-0 flex-1 py-1 break-words max-sm:basis-[calc(100%-1.5rem)]">
                {message}
              </span>
              {step !== undefined && onShowProblem && (
                <Button size="sm" className="max-sm:ml-6" onClick={() => onShowProblem(problem)}>
                  Show
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {rest > 0 && <p className="text-muted">And {formatCount(rest, "more problem")}.</p>}
      {problems.some(isServerDependentProblem) && <EnvironmentLink onFollow={onOpenEnvironment} />}
      {errors > 0 && onAccept && (
        <label className="flex items-start gap-2 border-t border-danger/25 pt-2 font-medium">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={isAccepted}
            onChange={(event) => onAccept(event.target.checked)}
          />
          <span>Publish anyway. Steps with errors may fail.</span>
        </label>
      )}
    </section>
  );
}

type UnresolvedProblemsState =
  | { readonly type: "loading" }
  /** The code of the analysis could not be loaded. The user can publish nevertheless. */
  | { readonly type: "unknown" }
  /** `problems`: errors, then warnings. `inputs`: names of the variables that the run must supply. */
  | {
      readonly type: "known";
      readonly problems: readonly Problem[];
      readonly inputs: readonly string[];
      readonly recordReads: readonly RecordReadByStep[];
    };

/** Analyzes a flow. With `environment`, also checks whether the server supports what the flow uses. */
export function useUnresolvedFlowProblems(
  document: FlowDocument | undefined,
  environment?: RunEnvironment,
): UnresolvedProblemsState {
  const code = useLoadedCode();
  // Deferred, so that the dialog renders before the analysis of a long flow.
  const analyzed = useDeferredValue(document, undefined);
  const state = useMemo((): UnresolvedProblemsState => {
    if (!analyzed || !code) return { type: "loading" };
    if (code === "missing") return { type: "unknown" };
    const environmentProblems = environment ? code.findEnvironmentProblems(analyzed, environment) : [];
    const { problems, inputs, recordReads } = code.analyze(analyzed);
    return {
      type: "known",
      problems: listReportedProblems([...problems, ...environmentProblems]),
      inputs: inputs.map(({ name }) => name),
      recordReads,
    };
  }, [code, analyzed, environment]);
  return analyzed === document ? state : { type: "loading" };
}

/** This server’s settings or the account’s secrets, and the models and tools that exist. */
export function useRunEnvironment(document: FlowDocument | undefined): RunEnvironment | undefined {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const { data: settings } = useRunSettings();
  const code = useDataflowAnalyzer();
  const names = useMemo(
    () => (document && code ? code.listNeededNames(document) : NO_NEEDED_NAMES),
    [document, code],
  );
  const { data: managedSecrets } = useQuery({
    queryKey: ["managed secrets", names.secrets],
    queryFn: ({ client, signal }) => checkManagedSecrets(client, names.secrets, { signal }),
    enabled: server !== undefined && names.secrets.length > 0,
    staleTime: 0,
    gcTime: 0,
  });
  const { data: resources } = useQuery({
    queryKey: ["known resources", names.models, names.tools],
    queryFn: ({ client }) => readKnownResources(client, names),
    enabled: server !== undefined && names.models.length + names.tools.length > 0,
    staleTime: 0,
    gcTime: 0,
    structuralSharing: false,
  });
  return useMemo(
    () => combineRunEnvironment(server, { settings, managedSecrets, resources }),
    [server, settings, managedSecrets, resources],
  );
}

interface RunEnvironmentParts {
  readonly settings: ServerRunEnvironment | undefined;
  readonly managedSecrets: AccountRunEnvironment["managedSecrets"] | undefined;
  readonly resources: KnownResources | undefined;
}

/** A server that runs flows itself has no account, also while its settings are loading or cannot be read. */
export function combineRunEnvironment(
  server: KnownServerCapabilities | undefined,
  { settings, managedSecrets, resources }: RunEnvironmentParts,
): RunEnvironment | undefined {
  if (settings) return { ...settings, ...resources };
  const hasAccount = server !== undefined && !offersFeature(server, "runSettings");
  if (!hasAccount || !(managedSecrets || resources)) return undefined;
  return { managedSecrets: managedSecrets ?? new Map(), ...resources };
}

/** Loads the analysis functions; undefined until they are loaded, or if that fails. */
function useDataflowAnalyzer(): DataflowAnalyzer | undefined {
  const code = useLoadedCode();
  return code === "missing" ? undefined : code;
}

const codeStore = createStore<DataflowAnalyzer | "missing" | undefined>(() => undefined);

function useLoadedCode() {
  useEffect(() => {
    loadDataflowAnalyzer().then(
      (analyzer) => codeStore.setState(analyzer, true),
      () => codeStore.setState("missing", true),
    );
  }, []);
  return useStore(codeStore);
}

/** Returns the errors and warnings, errors first. */
export function listReportedProblems(problems: readonly Problem[]): readonly Problem[] {
  const reported = problems.filter(({ severity }) => severity !== "info");
  return reported.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}
