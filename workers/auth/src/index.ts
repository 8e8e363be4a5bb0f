// People, passwords, tokens, phone verification. Thin: each verb has its file.
import { WorkerEntrypoint } from "cloudflare:workers";
import { followRequests } from "@callmeback/shared/domain/request-id";
import type { AuthRpc } from "@callmeback/shared/rpc/auth";
import type { AdminContext, Context, UserContext } from "@callmeback/shared/rpc/context";
import { eraseAccount, exportAccount, leave, listLeaving } from "./account.ts";
import { adminLogin, adminLogout } from "./admin-login.ts";
import { adminAudit, adminGetUser, adminListUsers, adminSetSuspended } from "./admin-users.ts";
import { changePassword } from "./change-password.ts";
import type { AuthDeps, Env } from "./env.ts";
import { login } from "./login.ts";
import { passwords } from "./passwords.ts";
import { checkPhoneVerification, startPhoneVerification } from "./phone-verification.ts";
import { register } from "./register.ts";
import { logout, me, refresh } from "./session.ts";
import { tokenIssuer } from "./token-issuer.ts";
import { updateProfile } from "./update-profile.ts";
import { Verify } from "./verify.ts";

type Verb<N extends keyof AuthRpc> = Parameters<AuthRpc[N]>;

class Auth extends WorkerEntrypoint<Env> implements AuthRpc {
  register(_context: Context, input: Verb<"register">[1], clientAddress: string | null) {
    return register(this.#deps(), input, clientAddress);
  }

  login(_context: Context, input: Verb<"login">[1]) {
    return login(this.#deps(), input);
  }

  logout(context: UserContext) {
    return logout(this.#deps(), context);
  }

  me(context: UserContext) {
    return me(this.#deps(), context);
  }

  refresh(context: UserContext) {
    return refresh(this.#deps(), context);
  }

  changePassword(context: UserContext, input: Verb<"changePassword">[1]) {
    return changePassword(this.#deps(), context, input);
  }

  updateProfile(context: UserContext, input: Verb<"updateProfile">[1]) {
    return updateProfile(this.#deps(), context, input);
  }

  startPhoneVerification(context: UserContext) {
    return startPhoneVerification(this.#deps(), context);
  }

  checkPhoneVerification(context: UserContext, input: Verb<"checkPhoneVerification">[1]) {
    return checkPhoneVerification(this.#deps(), context, input);
  }

  adminLogin(_context: Context, input: Verb<"adminLogin">[1]) {
    return adminLogin(this.#deps(), input);
  }

  adminLogout(context: AdminContext) {
    return adminLogout(this.#deps(), context);
  }

  adminListUsers(context: AdminContext, query: Verb<"adminListUsers">[1]) {
    return adminListUsers(this.#deps(), context, query);
  }

  adminGetUser(context: AdminContext, id: string) {
    return adminGetUser(this.#deps(), context, id);
  }

  adminSuspendUser(context: AdminContext, id: string, reason: string) {
    return adminSetSuspended(this.#deps(), context, id, true, reason);
  }

  adminRestoreUser(context: AdminContext, id: string, reason: string) {
    return adminSetSuspended(this.#deps(), context, id, false, reason);
  }

  adminAudit(context: AdminContext, query: Verb<"adminAudit">[1]) {
    return adminAudit(this.#deps(), context, query);
  }

  exportAccount(context: UserContext) {
    return exportAccount(this.#deps(), context);
  }

  leave(context: UserContext, input: Verb<"leave">[1]) {
    return leave(this.#deps(), context, input);
  }

  listLeaving(_context: Context) {
    return listLeaving(this.#deps());
  }

  eraseAccount(_context: Context, userId: string) {
    return eraseAccount(this.#deps(), userId);
  }

  async health() {
    await this.env.DATABASE.health();
  }

  #deps(): AuthDeps {
    const { env } = this;
    return {
      database: env.DATABASE,
      tokens: tokenIssuer(env.AUTH_SIGNING_KEY),
      adminTokens: tokenIssuer(env.AUTH_SIGNING_KEY, "callmeback:admin"),
      firstAdmin:
        env.ADMIN_EMAIL === "" || env.ADMIN_PASSWORD === ""
          ? null
          : { email: env.ADMIN_EMAIL.toLowerCase(), password: env.ADMIN_PASSWORD },
      verify: new Verify({
        apiUrl: env.TWILIO_API_URL,
        serviceSid: env.TWILIO_VERIFY_SERVICE_SID,
        keySid: env.TWILIO_VERIFY_KEY_SID,
        keySecret: env.TWILIO_VERIFY_KEY_SECRET,
      }),
      passwords: passwords(env.PASSWORD_HASH_COST),
    };
  }
}

followRequests(Auth);
export default Auth;
