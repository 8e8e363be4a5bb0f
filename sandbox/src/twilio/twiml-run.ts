/** Follows one TwiML document (and where it leads) for a call, until it ends or something else takes its place. */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { speak } from "../speech/speak.ts";
import { type Call, newSid } from "./call.ts";
import { MediaStream } from "./media-stream.ts";
import { signatureOf } from "./signature.ts";
import { sendSigned, type WebRequest } from "./signed-request.ts";
import { type Element, parseTwiml } from "./twiml.ts";

const mostDocuments = 20;

export class TwimlRun {
  readonly #call: Call;
  readonly #stopped = new AbortController();
  #stream: MediaStream | undefined;
  #address = "";

  constructor(call: Call) {
    this.#call = call;
  }

  /** True when the TwiML came to its end; false when it was stopped before. @throws what cannot be fetched or read */
  async start(source: { request?: WebRequest; twiml?: string }): Promise<boolean> {
    let next: { request?: WebRequest; twiml?: string } | undefined = source;
    for (let documents = 0; next !== undefined && documents < mostDocuments; documents += 1) {
      const document = parseTwiml(next.request ? await this.#fetch(next.request) : (next.twiml ?? ""));
      next = undefined;
      for (const verb of document.children) {
        if (this.#stopped.signal.aborted) return false;
        const result = await this.#follow(verb);
        if (result === "hangup") return !this.#stopped.signal.aborted;
        if (result === undefined) continue;
        next = { request: result };
        break;
      }
    }
    return !this.#stopped.signal.aborted;
  }

  stop(): void {
    this.#stopped.abort();
    this.#stream?.stop();
  }

  hear(frame: Buffer): void {
    this.#stream?.hear(frame);
  }

  press(digit: string): void {
    this.#stream?.press(digit);
  }

  async #fetch(request: WebRequest): Promise<string> {
    this.#address = request.url;
    const response = await sendSigned(
      { ...request, fields: [...this.#call.fields("in-progress"), ...request.fields] },
      this.#call.world.authToken,
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`11200: the TwiML's address answered ${response.status}.`);
    return text;
  }

  async #follow(verb: Element): Promise<WebRequest | "hangup" | undefined> {
    const address = (text: string): WebRequest => ({
      url: new URL(text.trim(), this.#address || undefined).href,
      method: verb.attributes.method?.toUpperCase() === "GET" ? "GET" : "POST",
      fields: [],
    });
    if (verb.name === "Hangup" || verb.name === "Reject") return "hangup";
    if (verb.name === "Redirect") return address(verb.text);
    if (verb.name === "Say") await this.#say(verb.text.trim());
    else if (verb.name === "Pause") await this.#pause(Number(verb.attributes.length ?? 1));
    else if (verb.name === "Connect") {
      const stream = verb.children.find((child) => child.name === "Stream");
      if (stream === undefined) throw new Error("12200: <Connect> has no <Stream>.");
      await this.#connect(stream);
      if (verb.attributes.action) return address(verb.attributes.action);
    } else if (verb.name !== "Play" || verb.attributes.digits === undefined)
      throw new Error(`12200: the sandbox does not play <${verb.name}>.`);
    return undefined;
  }

  async #say(text: string): Promise<void> {
    this.#call.playback.append(speak(text).audio);
    await new Promise<void>((resolve) => {
      this.#call.playback.mark(resolve);
      if (this.#stopped.signal.aborted) resolve();
      else once(this.#stopped.signal, "abort").then(() => resolve(), resolve);
    });
  }

  async #pause(seconds: number): Promise<void> {
    // A pause that is cut short has nothing left to wait for.
    await wait(seconds * 1000, undefined, { signal: this.#stopped.signal }).catch(() => {});
  }

  async #connect(element: Element): Promise<void> {
    const { world, sid: callSid, playback } = this.#call;
    const { accountSid, authToken } = world;
    const { url = "", statusCallback, statusCallbackMethod, name } = element.attributes;
    const target = new URL(url);
    const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(target.hostname);
    if (target.protocol !== "wss:" && !(target.protocol === "ws:" && isLoopback))
      throw new Error("31922: a stream's address begins with wss:// (or ws:// on loopback).");
    const address = url.replace(/[?#].*$/, "");
    const streamSid = newSid("MZ");
    const tell = (event: string, error?: string) => {
      if (error !== undefined) world.log({ event: "stream", callSid, streamSid, error });
      if (!statusCallback) return;
      this.#call.notify(statusCallback, statusCallbackMethod?.toUpperCase() === "GET" ? "GET" : "POST", [
        ["AccountSid", accountSid],
        ["CallSid", callSid],
        ["StreamSid", streamSid],
        ["StreamName", name ?? streamSid],
        ["StreamEvent", event],
        ...(error === undefined ? [] : [["StreamError", error] as const]),
        ["Timestamp", new Date().toISOString()],
      ]);
    };
    const parameters = element.children
      .filter((child) => child.name === "Parameter")
      .map(({ attributes }) => [attributes.name ?? "", attributes.value ?? ""]);
    await new Promise<void>((resolve) => {
      this.#stream = new MediaStream({
        url: address,
        signature: signatureOf(authToken, address, []),
        accountSid,
        callSid,
        streamSid,
        parameters: Object.fromEntries(parameters),
        playback,
        dropAfterMs: world.streamFault().dropAfterMs,
        isStalled: () => world.streamFault().stall === true,
        started: () => tell("stream-started"),
        failed: (code, message) => tell("stream-error", `${code}: ${message}`),
        ended: () => {
          tell("stream-stopped");
          resolve();
        },
      });
      if (this.#stopped.signal.aborted) this.#stream.stop();
    });
    this.#stream = undefined;
    playback.clear();
  }
}
