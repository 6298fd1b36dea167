import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import type { ApiScope } from "#contract/endpoint.ts";
import { PAGE_USER_IDENTITY_HEADER, LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import type { ErrorCode } from "#contract/error-codes.ts";
import { HttpError } from "./http-error.ts";
import { type Caller, assertCallerHasScope } from "#server/domain/caller.ts";
import { type ServerConfig, hasHttpsAddress } from "#server/config/config.ts";
import { SESSION_ENDED } from "#server/events/event-hub.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { deleteSession, findSession, insertSession } from "#server/store/session-rows.ts";
import type { BodyMemoryBudget } from "./body-budget.ts";
import {
  type ApiKey,
  findApiKeyByHash,
  hashApiKeyOrSessionId,
  derivePublicApiKeyId,
} from "#server/domain/api-keys.ts";
import type { ApiKeyVerifier } from "./api-key-verifier.ts";
import { getClientIpAddress } from "./client-address.ts";
import { type HttpAppDependencies, readRequestHeader } from "./http-app-dependencies.ts";

const ORGANIZATION = "org_local";
const USER = "user_local";
/** Query parameter of every endpoint below `/local/`, in place of {@link PAGE_USER_IDENTITY_HEADER}. */
export const IDENTITY_PARAM = "identity";
const COOKIE = "flowline_session";
const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

export interface AuthenticationDependencies extends HttpAppDependencies {
  readonly checkKey: ApiKeyVerifier;
  readonly bodies: BodyMemoryBudget;
}

export interface CallerIdentity extends Caller {
  readonly name: string;
  /** The hash under which the browser's session is stored; absent for a bearer key. */
  readonly sessionHash?: string;
}

/** Undefined for an invalid key, or another user than {@link PAGE_USER_IDENTITY_HEADER} names. */
export async function identifyCaller(
  app: AuthenticationDependencies,
  context: Context,
): Promise<CallerIdentity | undefined> {
  const identity = await findIdentity(app, context);
  context.set("identity", identity);
  return identity && (await isExpected(context, identity)) ? identity : undefined;
}

async function isExpected(context: Context, identity: CallerIdentity): Promise<boolean> {
  const expected = findExpectedIdentity(context);
  return expected === undefined || expected === (await getPublicCallerId(identity));
}

/** Returns the user for whom the page was loaded that sent the request. */
function findExpectedIdentity(context: Context): string | undefined {
  // Browsers cannot set headers on event streams. The documented `/v1` API has no such parameter.
  const inQuery = context.req.path.startsWith("/local/") ? context.req.query(IDENTITY_PARAM) : undefined;
  return readRequestHeader(context, PAGE_USER_IDENTITY_HEADER) || inQuery;
}

/** It carries the header, empty before the page knows the user, or its path is below `/local/`. */
export function isRequestOfPage(context: Context): boolean {
  return (
    readRequestHeader(context, PAGE_USER_IDENTITY_HEADER) !== undefined ||
    context.req.path.startsWith("/local/")
  );
}

/** What starts a run that this request asks for. */
export function getRunOrigin(context: Context) {
  return { startCause: isRequestOfPage(context) ? "person" : "api" } as const;
}

function findBearerKey(context: Context): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(readRequestHeader(context, "authorization") ?? "")?.[1];
}

export async function getPublicCallerId({ name }: CallerIdentity): Promise<string> {
  return name === LOCAL_MODE_IDENTITY ? name : derivePublicApiKeyId(name);
}

async function findIdentity(
  app: AuthenticationDependencies,
  context: Context,
): Promise<CallerIdentity | undefined> {
  const { apiKeys } = app.config;
  if (apiKeys.length === 0) return identityOf({ hash: LOCAL_MODE_IDENTITY, scopes: ["*"] });
  const bearer = findBearerKey(context);
  if (bearer !== undefined) {
    const key = checkKey(app, context, bearer);
    return key && identityOf(key);
  }
  if (!app.store) return undefined;
  for (const sessionHash of listSessionHashes(app, context)) {
    const row = await findSession(app.store.database, ORGANIZATION, sessionHash, new Date(app.now()));
    const key = row && findApiKeyByHash(apiKeys, row.keyHash);
    if (key) return { ...identityOf(key), sessionHash };
  }
  return undefined;
}

/** Throws 401 without an identity, and 403 if it lacks a scope. The request shows why it has no identity. */
export function requireIdentityWithScopes(
  request: Context,
  identity: CallerIdentity | undefined,
  scopes: readonly (ApiScope | "*")[],
): CallerIdentity {
  if (!identity) {
    if (findExpectedIdentity(request) !== undefined)
      throw createUnauthorizedError("SESSION_ENDED", "The session of this page has ended. Sign in again.");
    if (findBearerKey(request) !== undefined) throw createWrongKeyError();
    throw createUnauthorizedError("MISSING_KEY", "An API key is required.");
  }
  for (const scope of scopes) assertCallerHasScope(identity, scope);
  return identity;
}

const createWrongKeyError = () =>
  createUnauthorizedError("WRONG_KEY", "The API key is wrong. Check it, then retry.");

function createUnauthorizedError(code: ErrorCode, message: string): HttpError {
  const problem = code === "MISSING_KEY" ? "" : ', error="invalid_token"';
  return new HttpError(401, message, [{ message, code }], {
    headers: { "www-authenticate": `Bearer realm="flowline"${problem}` },
  });
}

/** Ends the browser's previous session. Returns the cookie, or undefined without configured keys. */
export async function startSession(
  app: AuthenticationDependencies,
  context: Context,
  key: string,
): Promise<string | undefined> {
  if (app.config.apiKeys.length === 0) return undefined;
  const known = checkKey(app, context, key);
  if (!known || !app.store) throw createWrongKeyError();
  context.set("identity", identityOf(known));
  const id = randomBytes(32).toString("base64url");
  const now = app.now();
  await app.store.write(async (tx, publish) => {
    for (const before of listSessionHashes(app, context)) await endStoredSession(tx, publish, before);
    await insertSession(tx, {
      organizationId: ORGANIZATION,
      idHash: hashApiKeyOrSessionId(id),
      keyHash: known.hash,
      createdAt: new Date(now),
      expiresAt: new Date(now + SESSION_MS),
    });
  });
  return cookie(app.config, id, SESSION_MS / 1000);
}

/** Returns the cookie that clears it. Throws 401 if the page was loaded for a different user. */
export async function endSession(app: AuthenticationDependencies, context: Context): Promise<string> {
  const identity = await findIdentity(app, context);
  if (identity && !(await isExpected(context, identity))) requireIdentityWithScopes(context, undefined, []);
  const sessions = listSessionHashes(app, context);
  if (sessions.length > 0)
    await app.store?.write(async (tx, publish) => {
      for (const session of sessions) await endStoredSession(tx, publish, session);
    });
  return cookie(app.config, "", 0);
}

/** Each is looked up, so a request names few. */
const MAX_SESSION_COOKIES = 5;

/** Hashes of all cookies of the name: one that a page of another port or path has set may stand in front of ours. */
function listSessionHashes({ config }: AuthenticationDependencies, context: Context): readonly string[] {
  const start = `${cookieName(config)}=`;
  const cookies = (readRequestHeader(context, "cookie") ?? "").split(";").map((cookie) => cookie.trim());
  const values = cookies.flatMap((cookie) => (cookie.startsWith(start) ? cookie.slice(start.length) : []));
  return values.slice(0, MAX_SESSION_COOKIES).map(hashApiKeyOrSessionId);
}

async function endStoredSession(
  tx: DatabaseTransaction,
  publish: PublishChangeEvent,
  hash: string,
): Promise<void> {
  await deleteSession(tx, ORGANIZATION, hash);
  publish({ organizationId: ORGANIZATION, event: SESSION_ENDED, data: JSON.stringify(hash) });
}

function checkKey(app: AuthenticationDependencies, context: Context, key: string): ApiKey | undefined {
  return app.checkKey(getClientIpAddress(context, app.config.trustedProxies), key);
}

function cookie(config: ServerConfig, value: string, seconds: number): string {
  const secure = hasHttpsAddress(config) ? "; Secure" : "";
  return `${cookieName(config)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** `__Host-` makes browsers accept the cookie only from this host, never from a subdomain. */
function cookieName(config: ServerConfig): string {
  return hasHttpsAddress(config) ? `__Host-${COOKIE}` : COOKIE;
}

function identityOf(key: ApiKey): CallerIdentity {
  const { scopes, hash, name: keyName } = key;
  const keyHash = hash === LOCAL_MODE_IDENTITY ? undefined : hash;
  return { organizationId: ORGANIZATION, userId: USER, scopes, keyName, keyHash, name: hash };
}
