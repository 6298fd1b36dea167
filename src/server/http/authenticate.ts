import { randomBytes } from "node:crypto";
import { getCookie } from "hono/cookie";
import type { Context } from "hono";
import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { deleteSession, findSession, insertSession } from "#server/store/session-rows.ts";
import { type ApiKey, findKey, hasScope, hashSecret } from "./api-keys.ts";
import type { AppContext } from "./app-context.ts";

const ORGANIZATION = "org_local";
const USER = "user_local";
const COOKIE = "flowline_session";
const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

/** A caller, and whom to count their requests on. */
export interface Identity extends Caller {
  readonly name: string;
}

/** Who asks: by key, by session, or anybody where no keys are set. Undefined: somebody unknown. */
export async function identify(app: AppContext, context: Context): Promise<Identity | undefined> {
  const { apiKeys } = app.config;
  if (apiKeys.length === 0) return identityOf({ hash: "local", scopes: ["*"] });
  const bearer = /^Bearer\s+(\S+)$/i.exec(context.req.header("authorization") ?? "");
  if (bearer?.[1] !== undefined) {
    const key = findKey(apiKeys, hashSecret(bearer[1]));
    return key && identityOf(key);
  }
  const session = getCookie(context, COOKIE);
  if (session === undefined || !app.store) return undefined;
  const row = await findSession(app.store.database, ORGANIZATION, hashSecret(session), new Date(app.now()));
  // A key that is no longer configured ends its sessions.
  const key = row && findKey(apiKeys, row.keyHash);
  return key && identityOf(key);
}

/** The caller, or 401; 403 where their scopes do not reach. */
export function demand(identity: Identity | undefined, scope: string): Identity {
  if (!identity) {
    throw new ApiFailure(401, "A valid API key is needed.", [], {
      headers: { "www-authenticate": 'Bearer realm="flowline"' },
    });
  }
  if (!hasScope(identity.scopes, scope)) {
    const message = `This key lacks the scope ${scope}.`;
    throw new ApiFailure(403, message, [{ message, code: "MISSING_SCOPE" }]);
  }
  return identity;
}

/** Signs a browser in: answers the cookie to set, or undefined where no sign-in is needed. 401 for a wrong key. */
export async function startSession(app: AppContext, key: string): Promise<string | undefined> {
  const { apiKeys, publicUrl } = app.config;
  if (apiKeys.length === 0) return undefined;
  const known = findKey(apiKeys, hashSecret(key));
  if (!known || !app.store) throw new ApiFailure(401, "This API key is not known here.");
  const id = randomBytes(32).toString("base64url");
  const now = app.now();
  await app.store.write((tx) =>
    insertSession(tx, {
      organizationId: ORGANIZATION,
      idHash: hashSecret(id),
      keyHash: known.hash,
      createdAt: new Date(now),
      expiresAt: new Date(now + SESSION_MS),
    }),
  );
  return cookie(id, SESSION_MS / 1000, publicUrl);
}

/** Answers the cookie that ends the browser's session. */
export async function endSession(app: AppContext, context: Context): Promise<string> {
  const session = getCookie(context, COOKIE);
  if (session !== undefined && app.store) {
    await app.store.write((tx) => deleteSession(tx, ORGANIZATION, hashSecret(session)));
  }
  return cookie("", 0, app.config.publicUrl);
}

function cookie(value: string, seconds: number, publicUrl: string | undefined): string {
  const secure = publicUrl?.startsWith("https:") ? "; Secure" : "";
  return `${COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

function identityOf(key: ApiKey): Identity {
  return { organizationId: ORGANIZATION, userId: USER, scopes: key.scopes, name: key.hash };
}
