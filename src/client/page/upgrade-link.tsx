import { getUpgradeUrlFromApiError } from "#client/data/api/api-error.ts";

type UpgradeLinkProps = {
  readonly error?: unknown;
  readonly url?: string | undefined;
};

/** Renders nothing unless the request failed because of a plan limit. Place the link after the error's text. */
export function UpgradeLink({ error, url = getUpgradeUrlFromApiError(error) }: UpgradeLinkProps) {
  if (url === undefined) return null;
  return (
    <>
      {" "}
      <a
        href={url}
        target="_blank"
        rel="noreferrer"
        className="font-medium whitespace-nowrap text-accent underline underline-offset-2"
      >
        Upgrade
      </a>
    </>
  );
}
