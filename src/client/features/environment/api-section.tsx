import { ExternalLink } from "lucide-react";
import type { ServerCapabilities } from "#contract/local.ts";
import { EnvironmentSection } from "./environment-parts.tsx";

export function ApiSection({ server }: { readonly server: ServerCapabilities }) {
  // Links in cloud mode to the API description of the platform, which answers the API's requests and serves its
  // description without a key.
  const description = `${server.mode === "cloud" ? (server.upstream ?? "") : ""}/v1/openapi.json`;
  const links = [
    { label: "API reference", detail: "Endpoints, with examples", href: "/docs" },
    { label: "API description", detail: "OpenAPI 3.1", href: description },
    { label: "Health check", detail: "/readyz", href: "/readyz" },
  ];
  return (
    <EnvironmentSection title="API">
      <ul className="divide-y divide-line">
        {links.map(({ label, detail, href }) => (
          <li key={href}>
            <a
              href={href}
              target="_blank"
              rel="noreferrer"
              className="focus-inset flex min-h-10 items-center gap-2 px-4 py-2 text-sm hover:bg-hover/60"
            >
              <span className="min-w-0 flex-1 font-medium">{label}</span>
              <span className="shrink-0 text-muted">{detail}</span>
              <ExternalLink aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
              <span className="sr-only">(opens in a new tab)</span>
            </a>
          </li>
        ))}
      </ul>
    </EnvironmentSection>
  );
}
