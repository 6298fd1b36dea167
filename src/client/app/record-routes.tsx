import { createRoute, lazyRouteComponent, useRouter } from "@tanstack/react-router";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import {
  type ChangeRecordListSearchParams,
  parseRecordListSearchParams,
} from "#client/features/records/records-address.ts";
import { isCurrentPage } from "#client/flow/current-page.ts";
import { ignoreFailedLoaderQuery, rootRoute } from "./layout.tsx";
import { loadPageCode } from "./load-page-code.ts";

const RecordTypesPage = lazyRouteComponent(
  () => loadPageCode(() => import("#client/features/records/record-types-page.tsx")),
  "RecordTypesPage",
);

const recordTypesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records",
  validateSearch: (params: Record<string, unknown>) => {
    const { record } = parseRecordListSearchParams(params);
    return record === undefined ? {} : { record };
  },
  loader: () => RecordTypesPage.preload?.(),
  component: RecordTypesRoute,
});

function RecordTypesRoute() {
  const address = recordTypesRoute.useSearch();
  const navigate = recordTypesRoute.useNavigate();
  const router = useRouter();
  const isCurrent = () => isCurrentPage(router, "/records");
  return (
    <RecordTypesPage
      address={address}
      onAddressChange={(change) => {
        const { record } = change(parseRecordListSearchParams(router.latestLocation.search));
        if (isCurrent())
          void navigate({ search: record === undefined ? {} : { record }, resetScroll: false });
      }}
      onOpenType={(type) => {
        if (isCurrent()) void navigate({ to: "/records/$type", params: { type } });
      }}
    />
  );
}

const RecordListPage = lazyRouteComponent(
  () => loadPageCode(() => import("#client/features/records/record-list-page.tsx")),
  "RecordListPage",
);

const recordListRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records/$type",
  validateSearch: parseRecordListSearchParams,
  loaderDeps: ({ search }) => ({ search: search.search }),
  loader: async ({ context, params, deps }) => {
    const filters = { type: params.type, search: deps.search };
    context.queryClient.infiniteQuery(recordQueries.list(filters)).catch(ignoreFailedLoaderQuery);
    await RecordListPage.preload?.();
  },
  component: RecordListRoute,
});

function RecordListRoute() {
  const { type } = recordListRoute.useParams();
  const address = recordListRoute.useSearch();
  const navigate = recordListRoute.useNavigate();
  const router = useRouter();
  const changeAddress: ChangeRecordListSearchParams = (change, { replace }) => {
    const { pathname } = router.buildLocation({ to: "/records/$type", params: { type } });
    if (!isCurrentPage(router, pathname)) return;
    const now = parseRecordListSearchParams(router.latestLocation.search);
    const next = parseRecordListSearchParams({ ...change(now) });
    void navigate({ search: next, replace, resetScroll: next.search !== now.search });
  };
  return <RecordListPage key={type} type={type} address={address} onAddressChange={changeAddress} />;
}

export const recordRoutes = [recordTypesRoute, recordListRoute] as const;
