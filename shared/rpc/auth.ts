// The interface of the auth Worker: people, passwords, tokens, phone verification.

import type { Contract } from "../contract/index.ts";
import type { RouteInput, RouteOutput } from "../contract/route.ts";
import type { AdminContext, Context, UserContext } from "./context.ts";

type Body<N extends keyof Contract> = RouteInput<Contract[N]>["body"];
type Query<N extends keyof Contract> = RouteInput<Contract[N]>["query"];
type Answer<N extends keyof Contract> = RouteOutput<Contract[N]>;

export interface AuthRpc {
  /** Errors: `EMAIL_EXISTS`, `PHONE_EXISTS`. */
  register(
    context: Context,
    input: Body<"register">,
    clientAddress: string | null,
  ): Promise<Answer<"register">>;
  /** Errors: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `ACCOUNT_SUSPENDED`. */
  login(context: Context, input: Body<"login">): Promise<Answer<"login">>;
  logout(context: UserContext): Promise<Answer<"logout">>;
  me(context: UserContext): Promise<Answer<"me">>;
  /** Errors: `TOKEN_REVOKED` for all but the first of several at once. */
  refresh(context: UserContext): Promise<Answer<"refresh">>;
  /** Errors: `INVALID_CREDENTIALS` for a wrong current password, `ACCOUNT_LOCKED`. */
  changePassword(context: UserContext, input: Body<"changePassword">): Promise<Answer<"changePassword">>;
  /** Errors: `EMAIL_EXISTS`, `PHONE_EXISTS`. */
  updateProfile(context: UserContext, input: Body<"updateProfile">): Promise<Answer<"updateProfile">>;
  /** Errors: `TWILIO_ERROR`, `TOO_MANY_CODES`, `ALREADY_EXISTS` when the phone is verified already. */
  startPhoneVerification(context: UserContext): Promise<Answer<"startPhoneVerification">>;
  /** Errors: `INVALID_CODE`, `TOO_MANY_CODES`, `TWILIO_ERROR`. */
  checkPhoneVerification(
    context: UserContext,
    input: Body<"checkPhoneVerification">,
  ): Promise<Answer<"checkPhoneVerification">>;
  /** Errors: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`. */
  adminLogin(context: Context, input: Body<"adminLogin">): Promise<Answer<"adminLogin">>;
  adminLogout(context: AdminContext): Promise<Answer<"adminLogout">>;
  adminListUsers(context: AdminContext, query: Query<"adminListUsers">): Promise<Answer<"adminListUsers">>;
  /** Errors: `NOT_FOUND`. */
  adminGetUser(context: AdminContext, id: string): Promise<Answer<"adminGetUser">>;
  /** Errors: `NOT_FOUND`. */
  adminSuspendUser(context: AdminContext, id: string, reason: string): Promise<Answer<"adminSuspendUser">>;
  /** Errors: `NOT_FOUND`. */
  adminRestoreUser(context: AdminContext, id: string, reason: string): Promise<Answer<"adminRestoreUser">>;
  adminAudit(context: AdminContext, query: Query<"adminAudit">): Promise<Answer<"adminAudit">>;
  exportAccount(context: UserContext): Promise<Answer<"exportAccount">["account"]>;
  /** Shuts the account at once. Errors: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`. */
  leave(context: UserContext, input: Body<"deleteAccount">): Promise<void>;
  /** Ids of those who left and are not erased yet. */
  listLeaving(context: Context): Promise<string[]>;
  /** Forgets who somebody was who left; the last step. */
  eraseAccount(context: Context, userId: string): Promise<void>;
  health(): Promise<void>;
}
