// People, passwords, tokens, phone verification. Thin: each verb has its file.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { AuthRpc } from "@callmeback/shared/rpc/auth";
import type { Context, UserContext } from "@callmeback/shared/rpc/context";
import type { AuthDeps, Env } from "./env.ts";
import { login } from "./login.ts";
import { passwords } from "./passwords.ts";
import { checkPhoneVerification, startPhoneVerification } from "./phone-verification.ts";
import { register } from "./register.ts";
import { logout, me } from "./session.ts";
import { tokenIssuer } from "./token-issuer.ts";
import { Verify } from "./verify.ts";

type Verb<N extends keyof AuthRpc> = Parameters<AuthRpc[N]>;

export default class Auth extends WorkerEntrypoint<Env> implements AuthRpc {
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

  startPhoneVerification(context: UserContext) {
    return startPhoneVerification(this.#deps(), context);
  }

  checkPhoneVerification(context: UserContext, input: Verb<"checkPhoneVerification">[1]) {
    return checkPhoneVerification(this.#deps(), context, input);
  }

  async health() {
    await this.env.DATABASE.health();
  }

  #deps(): AuthDeps {
    const { env } = this;
    return {
      database: env.DATABASE,
      tokens: tokenIssuer(env.AUTH_SIGNING_KEY),
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
