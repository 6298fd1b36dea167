import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext } from "@tanstack/react-router";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { Layout } from "./layout.tsx";
import { NotFoundPage } from "./not-found-page.tsx";

// Loaders only start their queries: the page, which asks for the same ones, shows what there is meanwhile and what failed.
export const ignore = () => undefined;

export const rootRoute = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  loader: ({ context }) => {
    context.queryClient.query(capabilityQueries.current()).catch(ignore);
  },
  component: Layout,
  notFoundComponent: NotFoundPage,
});
