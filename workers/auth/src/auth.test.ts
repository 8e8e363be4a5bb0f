import { terms } from "@callmeback/shared/contract/auth";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { decodeJwt, exportJWK, generateKeyPair } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { adminLogin, adminLogout } from "./admin-login.ts";
import { adminAudit, adminGetUser, adminListUsers, adminSetSuspended } from "./admin-users.ts";
import { changePassword } from "./change-password.ts";
import type { AuthDeps } from "./env.ts";
import { login } from "./login.ts";
import { passwords } from "./passwords.ts";
import { checkPhoneVerification, startPhoneVerification } from "./phone-verification.ts";
import { register } from "./register.ts";
import { logout, me, refresh } from "./session.ts";
import { tokenIssuer } from "./token-issuer.ts";
import { updateProfile } from "./update-profile.ts";
import { Verify } from "./verify.ts";

/** Verify's side as a test sees it: every code is 123456, and a number keeps its verification until that has ended. */
class KnownCodes extends Verify {
  sent: string[] = [];
  readonly #alive = new Map<string, { sid: string; tries: number }>();

  override async send(phone: string) {
    this.sent.push(phone);
    const alive = this.#alive.get(phone) ?? { sid: `VE${crypto.randomUUID()}`, tries: 0 };
    this.#alive.set(phone, alive);
    return alive.sid;
  }

  override async cancel(sid: string) {
    for (const [phone, alive] of this.#alive) if (alive.sid === sid) this.#alive.delete(phone);
  }

  override async check(sid: string, code: string) {
    const alive = [...this.#alive.values()].find((each) => each.sid === sid);
    if (alive === undefined) return "gone";
    alive.tries += 1;
    if (alive.tries > 5) return "gone";
    return code === "123456" ? "approved" : "wrong";
  }
}

let database: TestDatabase;
let deps: AuthDeps;
let verify: KnownCodes;
let count = 0;
let person: { name: string; email: string; password: string; phone: string };

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  verify = new KnownCodes({ apiUrl: "", serviceSid: "VA", keySid: "SK", keySecret: "s" });
  const signingKey = JSON.stringify(await exportJWK(privateKey));
  const tokens = tokenIssuer(signingKey);
  const adminTokens = tokenIssuer(signingKey, "callmeback:admin");
  const firstAdmin = { email: "admin@example.com", password: "Operator-Pass-1" };
  deps = {
    database: database.as("auth"),
    tokens,
    verify,
    passwords: passwords("4"),
    adminTokens,
    firstAdmin,
  };
  count += 1;
  person = {
    name: "Zoë O'Brien",
    email: `zoe${count}@example.com`,
    password: "SecurePass123!",
    phone: `+1415555${3000 + count}`,
  };
});

async function signedUp() {
  const { user, token } = await register(deps, person, "203.0.113.7");
  const claims = decodeJwt(token);
  const actor = {
    kind: "user" as const,
    userId: user.id,
    tokenId: claims.jti ?? "",
    issuedAt: claims.iat ?? 0,
    expiresAt: claims.exp ?? 0,
  };
  return { user, token, context: { actor, requestId: "test-request" } };
}

const asOwner = (text: string, values: (string | number)[]) =>
  database.as("auth").transact({ kind: "system" }, [{ text, values }]);

describe("registering", () => {
  test("gives a token of 30 days with the document's claims, and keeps what was accepted", async () => {
    const { user, token } = await signedUp();
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      sub: user.id,
      user_id: user.id,
      iss: "callmeback",
      aud: "callmeback:user",
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(30 * 24 * 3600);
    expect(claims.issued_at).toBe(claims.iat);
    const [kept] = await asOwner(
      "select kind, version, wording, host(given_from) as address from consents where user_id = $1",
      [user.id],
    );
    expect(kept).toEqual([{ kind: "terms", ...terms, address: "203.0.113.7" }]);
  });

  test("an e-mail or a phone that is taken leaves nothing behind", async () => {
    await signedUp();
    const tenants = async () => (await asOwner("select count(*) as many from tenants", []))[0]?.[0]?.many;
    const before = await tenants();
    const taken = person;
    await expect(register(deps, { ...taken, phone: "+14155559991" }, null)).rejects.toMatchObject({
      code: "EMAIL_EXISTS",
    });
    await expect(register(deps, { ...taken, email: "other@example.com" }, null)).rejects.toMatchObject({
      code: "PHONE_EXISTS",
    });
    expect(await tenants()).toBe(before);
  });
});

describe("logging in", () => {
  const attempt = (password: string) => login(deps, { email: person.email, password });

  test("an unknown e-mail and a wrong password answer alike", async () => {
    await signedUp();
    const wrong = await attempt("wrong").catch((error: Error) => error);
    const unknown = await login(deps, { email: "nobody@example.com", password: "x" }).catch(
      (error: Error) => error,
    );
    expect(wrong).toMatchObject({ code: "INVALID_CREDENTIALS" });
    expect(unknown).toEqual(wrong);
  });

  test("an unknown e-mail costs as many round trips and comparisons as a wrong password", async () => {
    await signedUp();
    const workFor = async (email: string) => {
      const work: string[] = [];
      const counting: AuthDeps = {
        ...deps,
        database: {
          ...deps.database,
          transact: (actor, statements) => {
            work.push("round trip");
            return database.as("auth").transact(actor, statements);
          },
        },
        passwords: {
          ...deps.passwords,
          matches: (password, kept) => {
            work.push("comparison");
            return deps.passwords.matches(password, kept);
          },
        },
      };
      await login(counting, { email, password: "wrong" }).catch(() => {});
      return work;
    };
    expect(await workFor("nobody@example.com")).toEqual(["round trip", "comparison", "round trip"]);
    expect(await workFor(person.email)).toEqual(await workFor("nobody@example.com"));
  });

  test("ten failures in a row lock the account, also for the right password, until half an hour is over", async () => {
    const { user } = await signedUp();
    for (let i = 0; i < 9; i += 1) await attempt("wrong").catch(() => {});
    await expect(attempt(person.password)).resolves.toMatchObject({ user: { id: user.id } });
    for (let i = 0; i < 10; i += 1) await attempt("wrong").catch(() => {});
    const locked = await attempt(person.password).catch(
      (error: { code: string; retryAfter: number }) => error,
    );
    expect(locked).toMatchObject({ code: "ACCOUNT_LOCKED" });
    expect("retryAfter" in locked && locked.retryAfter).toBeGreaterThan(1790);
    await asOwner("update users set locked_until = now() where id = $1", [user.id]);
    await expect(attempt(person.password)).resolves.toMatchObject({ user: { id: user.id } });
  });

  test("ten failures at once lock it just the same", async () => {
    await signedUp();
    await Promise.all(Array.from({ length: 10 }, () => attempt("wrong").catch(() => {})));
    await expect(attempt(person.password)).rejects.toMatchObject({ code: "ACCOUNT_LOCKED" });
  });

  test("a suspended person is told so, only with the right password", async () => {
    const { user, context } = await signedUp();
    await asOwner("update users set suspended_at = now() where id = $1", [user.id]);
    await expect(attempt("wrong")).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    await expect(attempt(person.password)).rejects.toMatchObject({ code: "ACCOUNT_SUSPENDED" });
    await expect(me(deps, context)).rejects.toMatchObject({ code: "ACCOUNT_SUSPENDED" });
  });
});

describe("a token", () => {
  test("is dead the moment its owner logs out, and only that one", async () => {
    const { context } = await signedUp();
    const { token } = await login(deps, { email: person.email, password: person.password });
    await logout(deps, context);
    await expect(me(deps, context)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
    const other = { ...context, actor: { ...context.actor, tokenId: decodeJwt(token).jti ?? "" } };
    await expect(me(deps, other)).resolves.toMatchObject({ user: { email: person.email } });
  });

  const contextOf = (token: string): UserContext => {
    const { sub = "", jti = "", iat = 0, exp = 0 } = decodeJwt(token);
    const actor = { kind: "user" as const, userId: sub, tokenId: jti, issuedAt: iat, expiresAt: exp };
    return { actor, requestId: "test-request" };
  };
  const loggedIn = async (password = person.password) =>
    contextOf((await login(deps, { email: person.email, password })).token);

  test("is swapped for a new one, and the old one is dead", async () => {
    const { context } = await signedUp();
    const { token, user } = await refresh(deps, context);
    expect(user.email).toBe(person.email);
    await expect(me(deps, context)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
    await expect(me(deps, contextOf(token))).resolves.toMatchObject({ user: { id: user.id } });
  });

  test("is swapped once, however many ask at once", async () => {
    const { context } = await signedUp();
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => refresh(deps, context)));
    const refused = asked.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(4);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "TOKEN_REVOKED" });
  });

  test("is dead after a change of password, but for the one that changed it", async () => {
    const { context } = await signedUp();
    const other = await loggedIn();
    const change = { current_password: person.password, new_password: "EvenMoreSecure456?" };
    await changePassword(deps, context, change);
    await expect(me(deps, other)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
    await expect(me(deps, context)).resolves.toMatchObject({ user: { email: person.email } });
    await expect(loggedIn()).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    // Both of this very second, in which the old ones were made too.
    const again = await loggedIn("EvenMoreSecure456?");
    await expect(me(deps, again)).resolves.toMatchObject({ user: { email: person.email } });
    const swapped = contextOf((await refresh(deps, context)).token);
    await expect(me(deps, swapped)).resolves.toMatchObject({ user: { email: person.email } });
  });

  test("changes the password only with the current one, ten wrong tries lock as at login", async () => {
    const { context } = await signedUp();
    const wrong = { current_password: "Wrong-Password-1", new_password: "EvenMoreSecure456?" };
    for (let tries = 0; tries < 10; tries += 1)
      await expect(changePassword(deps, context, wrong)).rejects.toMatchObject({
        code: "INVALID_CREDENTIALS",
      });
    await expect(changePassword(deps, context, wrong)).rejects.toMatchObject({ code: "ACCOUNT_LOCKED" });
    await expect(loggedIn()).rejects.toMatchObject({ code: "ACCOUNT_LOCKED" });
  });

  test("of two changes at once one wins and the other is told", async () => {
    const { context } = await signedUp();
    const change = (new_password: string) =>
      changePassword(deps, context, { current_password: person.password, new_password });
    const outcomes = await Promise.allSettled([change("EvenMoreSecure456?"), change("QuiteAsSecure789!")]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("an operator", () => {
  const first = { email: "admin@example.com", password: "Operator-Pass-1" };
  const getIn = async () => {
    const { token, admin } = await adminLogin(deps, first);
    const { jti = "", iat = 0, exp = 0, aud } = decodeJwt(token);
    const actor = { kind: "admin" as const, adminId: admin.id, tokenId: jti, issuedAt: iat, expiresAt: exp };
    return { aud, context: { actor, requestId: "test-request" } };
  };

  test("is the configured one as long as there is none, and no other; two at once are one", async () => {
    await expect(adminLogin(deps, { ...first, password: "Other-Pass-1" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    await Promise.all([getIn(), getIn()]);
    const [admins] = await asOwner("select email from admin_users", []);
    expect(admins).toEqual([{ email: "admin@example.com" }]);
    deps.firstAdmin = { email: "second@example.com", password: "Operator-Pass-1" };
    await expect(adminLogin(deps, deps.firstAdmin)).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
  });

  test("has a token for another audience, which logging out revokes", async () => {
    const { aud, context } = await getIn();
    expect(aud).toBe("callmeback:admin");
    await adminLogout(deps, context);
    await expect(adminListUsers(deps, context, { page: 1, limit: 10 })).rejects.toMatchObject({
      code: "TOKEN_REVOKED",
    });
  });

  test("finds people, suspends and restores them, and all of it is written down", async () => {
    const { context } = await getIn();
    const { user, context: theirs } = await signedUp();
    const found = await adminListUsers(deps, context, { page: 1, limit: 10, search: person.email });
    expect(found).toMatchObject({ users: [{ id: user.id, suspended_at: null }], pagination: { total: 1 } });
    await adminSetSuspended(deps, context, user.id, true, "Fraud");
    await expect(me(deps, theirs)).rejects.toMatchObject({ code: "ACCOUNT_SUSPENDED" });
    await adminSetSuspended(deps, context, user.id, false, "Cleared");
    await expect(me(deps, theirs)).resolves.toBeDefined();
    const { entries } = await adminAudit(deps, context, { page: 1, limit: 2 });
    expect(entries.map(({ act, target, details }) => [act, target, details])).toEqual([
      ["user.restore", user.id, { reason: "Cleared" }],
      ["user.suspend", user.id, { reason: "Fraud" }],
    ]);
    await expect(adminGetUser(deps, context, crypto.randomUUID())).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("the profile", () => {
  test("changes what is given and leaves the rest", async () => {
    const { context } = await signedUp();
    const { user } = await updateProfile(deps, context, { name: "Zoë King", time_zone: "Europe/Berlin" });
    expect(user).toMatchObject({ name: "Zoë King", email: person.email, time_zone: "Europe/Berlin" });
    expect((await updateProfile(deps, context, {})).user).toMatchObject({
      name: "Zoë King",
      phone: person.phone,
    });
  });

  test("a new phone or e-mail is no longer verified; the same one still is", async () => {
    const { user, context } = await signedUp();
    await asOwner("update users set phone_verified_at = now(), email_verified_at = now() where id = $1", [
      user.id,
    ]);
    const same = await updateProfile(deps, context, { phone: person.phone, email: person.email });
    expect(same.user).toMatchObject({ phone_verified: true, email_verified: true });
    const other = await updateProfile(deps, context, { phone: `+1415557${3000 + count}` });
    expect(other.user).toMatchObject({ phone_verified: false, email_verified: true });
    expect(
      (await updateProfile(deps, context, { email: `new${count}@example.com` })).user.email_verified,
    ).toBe(false);
  });

  test("refuses what belongs to somebody else", async () => {
    await signedUp();
    const taken = person;
    count += 1;
    person = { ...person, email: `other${count}@example.com`, phone: `+1415558${3000 + count}` };
    const { context } = await signedUp();
    await expect(updateProfile(deps, context, { email: taken.email })).rejects.toMatchObject({
      code: "EMAIL_EXISTS",
    });
    await expect(updateProfile(deps, context, { phone: taken.phone })).rejects.toMatchObject({
      code: "PHONE_EXISTS",
    });
  });
});

describe("the phone", () => {
  const states = async (userId: string) =>
    (await asOwner("select state from phone_verifications where user_id = $1 order by id", [userId]))[0]?.map(
      (row) => row.state,
    ) ?? [];

  test("is verified by its code, once", async () => {
    const { context } = await signedUp();
    await startPhoneVerification(deps, context);
    expect(verify.sent).toEqual([person.phone]);
    await expect(checkPhoneVerification(deps, context, { code: "123456" })).resolves.toMatchObject({
      phone_verified: true,
    });
    expect((await me(deps, context)).user.phone_verified).toBe(true);
    await expect(startPhoneVerification(deps, context)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  });

  test("a code has five tries, and says how many are left", async () => {
    const { context } = await signedUp();
    await startPhoneVerification(deps, context);
    const tried = async (code: string) =>
      checkPhoneVerification(deps, context, { code }).catch(
        (error: { code: string; detailsJson?: string }) => error,
      );
    expect(await tried("000000")).toMatchObject({ code: "INVALID_CODE", detailsJson: '{"attempts_left":4}' });
    for (let i = 0; i < 4; i += 1) await tried("000000");
    expect(await tried("123456")).toMatchObject({ code: "TOO_MANY_CODES" });
    expect(await states(context.actor.userId)).toEqual(["exhausted"]);
    await startPhoneVerification(deps, context);
    expect(await states(context.actor.userId)).toEqual(["superseded", "pending"]);
    expect(await tried("000000")).toMatchObject({ detailsJson: '{"attempts_left":4}' });
    expect(await tried("123456")).toMatchObject({ phone_verified: true });
  });

  test("asking again makes a new code with tries of its own, never more tries for the old one", async () => {
    const { context } = await signedUp();
    await startPhoneVerification(deps, context);
    await checkPhoneVerification(deps, context, { code: "000000" }).catch(() => {});
    await startPhoneVerification(deps, context);
    const sids = await asOwner("select distinct provider_sid from phone_verifications where user_id = $1", [
      context.actor.userId,
    ]);
    expect(sids[0]).toHaveLength(2);
  });

  test("two starts at once leave one code to check", async () => {
    const { context } = await signedUp();
    await Promise.all([startPhoneVerification(deps, context), startPhoneVerification(deps, context)]);
    expect((await states(context.actor.userId)).filter((state) => state === "pending")).toHaveLength(1);
    await expect(checkPhoneVerification(deps, context, { code: "123456" })).resolves.toMatchObject({
      phone_verified: true,
    });
  });

  test("a code that comes back right after the phone has changed proves nothing", async () => {
    const { user, context } = await signedUp();
    await startPhoneVerification(deps, context);
    const check = verify.check.bind(verify);
    verify.check = async (sid, code) => {
      await asOwner("update users set phone = $2 where id = $1", [user.id, `+1415556${3000 + count}`]);
      return check(sid, code);
    };
    await expect(checkPhoneVerification(deps, context, { code: "123456" })).rejects.toMatchObject({
      code: "INVALID_CODE",
    });
    expect((await me(deps, context)).user.phone_verified).toBe(false);
  });

  test("a code older than ten minutes, or for a phone that is no longer theirs, verifies nothing", async () => {
    const { user, context } = await signedUp();
    const check = () => checkPhoneVerification(deps, context, { code: "123456" });
    await startPhoneVerification(deps, context);
    await asOwner("update phone_verifications set expires_at = now() where user_id = $1", [user.id]);
    await expect(check()).rejects.toMatchObject({ code: "INVALID_CODE" });
    await startPhoneVerification(deps, context);
    await asOwner("update users set phone = $2 where id = $1", [user.id, "+14155559900"]);
    await expect(check()).rejects.toMatchObject({ code: "INVALID_CODE" });
    expect((await me(deps, context)).user.phone_verified).toBe(false);
  });
});
