/** Fetches the record of a call as the person called, who alone may have it: the demo account unless another is named. */
import { contract } from "@callmeback/shared/contract";
import { demoAccount } from "../../../infra/stack/demo-account.ts";
import { type Environment, readPorts } from "../../../infra/stack/environment.ts";
import { addresses } from "../../../infra/stack/process-environments.ts";

const longestMs = 30_000;

/** @throws Error with the API's own words when it answers no record */
export const fetchRecord = async (callId: string, env: Environment): Promise<string> => {
  const url = env.PUBLIC_URL || addresses(readPorts(env)).gatewayUrl;
  const ask = async (path: string, init: RequestInit): Promise<string> => {
    const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(longestMs) }).catch(
      (cause: unknown) => {
        throw new Error(`Nobody answers at ${url}: is the stack running?`, { cause });
      },
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  };
  const who = {
    email: env.REPLAY_EMAIL || demoAccount.email,
    password: env.REPLAY_PASSWORD || demoAccount.password,
  };
  const login = await ask(contract.login.path, {
    method: contract.login.method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(who),
  });
  const { token } = contract.login.success.schema.parse(JSON.parse(login));
  const path = contract.getReplay.path.replace(":id", encodeURIComponent(callId));
  return ask(path, { headers: { authorization: `Bearer ${token}` } });
};
