import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { recordQueries } from "#client/data/record-queries.ts";
import { readRecordsSearch } from "#client/features/records/records-address.ts";
import { ignore, rootRoute } from "./root-route.tsx";

const RecordTypesPage = lazyRouteComponent(
  () => import("#client/features/records/record-types-page.tsx"),
  "RecordTypesPage",
);

const recordTypesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records",
  validateSearch: (params: Record<string, unknown>) => {
    const { record } = readRecordsSearch(params);
    return record === undefined ? {} : { record };
  },
  loader: () => RecordTypesPage.preload?.(),
  component: RecordTypesRoute,
});

function RecordTypesRoute() {
  const address = recordTypesRoute.useSearch();
  const navigate = recordTypesRoute.useNavigate();
  return (
    <RecordTypesPage
      address={address}
      onAddressChange={(search) => void navigate({ search, resetScroll: false })}
      onOpenType={(type) => void navigate({ to: "/records/$type", params: { type } })}
    />
  );
}

const RecordListPage = lazyRouteComponent(
  () => import("#client/features/records/record-list-page.tsx"),
  "RecordListPage",
);

const recordListRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records/$type",
  validateSearch: readRecordsSearch,
  loaderDeps: ({ search }) => ({ search: search.search }),
  loader: async ({ context, params, deps }) => {
    const filters = { type: params.type, search: deps.search };
    context.queryClient.infiniteQuery(recordQueries.list(filters)).catch(ignore);
    await RecordListPage.preload?.();
  },
  component: RecordListRoute,
});

function RecordListRoute() {
  const { type } = recordListRoute.useParams();
  const address = recordListRoute.useSearch();
  const navigate = recordListRoute.useNavigate();
  return (
    <RecordListPage
      key={type}
      type={type}
      address={address}
      onAddressChange={(search, { replace }) =>
        // What opens over the list leaves it where it is; another question begins at its top.
        void navigate({ search, replace, resetScroll: search.search !== address.search })
      }
    />
  );
}

export const recordRoutes = [recordTypesRoute, recordListRoute] as const;
