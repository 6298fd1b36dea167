import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import type {
  KnownResources,
  NeededNames,
  RunEnvironment,
} from "#core/dataflow/find-environment-problems.ts";
import {
  type KnownServerCapabilities,
  offersFeature,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { environmentQueries } from "#client/data/queries/environment-queries.ts";
import { NO_NEEDED_NAMES, readKnownResources } from "#client/data/queries/known-resources.ts";
import { checkManagedSecrets } from "#client/data/queries/secret-checks.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";
import { runWhenBrowserIdle } from "#client/data/api/run-when-browser-idle.ts";
import { isEventTargetInTextField } from "#client/ui/focus/key-event-in-text-field.ts";

const DEBOUNCE_MS = 300;
/** Delay while a text field has the focus, because a name may be half typed. */
const TYPING_DEBOUNCE_MS = 2500;

/** Starts once the capabilities are known, which may be long after the flow was opened. */
export function watchRunEnvironment(
  client: QueryClient,
  analysis: FlowAnalysisService,
  onChange: (environment: RunEnvironment | undefined) => void,
): () => void {
  // Does not fetch: the page itself fetches the capabilities.
  const server = new QueryObserver(client, { ...serverCapabilityQueries.current(), enabled: false });
  let stop: (() => void) | undefined;
  const begin = ({ data }: { readonly data: KnownServerCapabilities | undefined }) => {
    if (offersFeature(data, "runSettings")) stop ??= watchServer(client, analysis, onChange);
    else if (data) stop ??= watchAccount(client, analysis, onChange);
  };
  const unsubscribe = server.subscribe(begin);
  begin(server.getCurrentResult());
  return () => {
    unsubscribe();
    stop?.();
  };
}

function watchServer(
  client: QueryClient,
  analysis: FlowAnalysisService,
  onChange: (environment: RunEnvironment | undefined) => void,
): () => void {
  const observer = new QueryObserver(client, environmentQueries.current());
  let settings = observer.getCurrentResult().data;
  let resources: KnownResources | undefined;
  const report = () => onChange(settings && resources ? { ...settings, ...resources } : settings);
  report();
  const unsubscribe = observer.subscribe(({ data }) => {
    if (data === settings) return;
    settings = data;
    report();
  });
  const stop = watchNeededNames(analysis, async (names, signal) => {
    const found = await readKnownResources(client, names);
    if (signal.aborted) return;
    resources = found;
    report();
  });
  return () => {
    unsubscribe();
    stop();
  };
}

function watchAccount(
  client: QueryClient,
  analysis: FlowAnalysisService,
  onChange: (environment: RunEnvironment) => void,
): () => void {
  return watchNeededNames(analysis, async (names, signal) => {
    const [managedSecrets, resources] = await Promise.all([
      checkManagedSecrets(client, names.secrets, { signal }),
      readKnownResources(client, names),
    ]);
    if (!signal.aborted) onChange({ managedSecrets, ...resources });
  });
}

/** Also when the user returns to this tab: what is missing may have been created elsewhere. */
function watchNeededNames(
  analysis: FlowAnalysisService,
  check: (names: NeededNames, signal: AbortSignal) => Promise<void>,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending = JSON.stringify(NO_NEEDED_NAMES);
  const nothing = pending;

  const listNames = () => {
    const document = analysis.getState().analysis?.document;
    return document && analysis.code()?.listNeededNames(document);
  };
  let current = new AbortController();
  const checkNow = () => {
    const names = listNames();
    if (!names) return;
    // An earlier check may still run, and must not replace the result of this one.
    current.abort();
    current = new AbortController();
    void check(names, current.signal);
  };
  const schedule = () => {
    if (signal.aborted) return;
    const next = JSON.stringify(listNames() ?? NO_NEEDED_NAMES);
    if (next === pending) return;
    pending = next;
    clearTimeout(timer);
    const delay = isEventTargetInTextField(document.activeElement) ? TYPING_DEBOUNCE_MS : DEBOUNCE_MS;
    timer = setTimeout(checkNow, delay);
  };
  const onVisible = () => {
    if (document.visibilityState === "visible" && pending !== nothing) checkNow();
  };

  schedule();
  // To list the names of 1,000 steps takes a slow page 20 ms, which may not delay what an edit shows.
  const unsubscribe = analysis.subscribe(() => runWhenBrowserIdle(schedule));
  document.addEventListener("visibilitychange", onVisible, { signal });
  addEventListener("focus", onVisible, { signal });
  return () => {
    clearTimeout(timer);
    unsubscribe();
    stopped.abort();
    current.abort();
  };
}
