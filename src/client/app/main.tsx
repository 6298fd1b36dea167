import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "#client/data/query-client.ts";
import { startLiveEvents } from "#client/data/start-live-events.ts";
import { installCspNonce } from "#client/ui/csp-nonce.ts";
import { createAppRouter } from "./router.tsx";
import { untilReady } from "./until-ready.ts";

// Before anything renders: the first dialog writes a style element, which the policy allows only with the nonce.
installCspNonce();

const queryClient = createQueryClient();
startLiveEvents(queryClient);
const router = createAppRouter(queryClient);

const root = document.querySelector("#root");
if (!root) throw new Error("index.html has no #root");
const reactRoot = createRoot(root);

// No top-level await: with one, the bundler no longer brings together what belongs together.
void untilReady(router, queryClient).then(() =>
  reactRoot.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  ),
);
