/** Who asks: every read and write is confined to the caller's organisation. */
export interface Caller {
  readonly organizationId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
}
