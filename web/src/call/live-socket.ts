// A call as it happens, over its WebSocket: after a drop it comes back with the number of the last turn, so that nothing
// is missed and nothing heard twice. What to do while it is away is for whoever watches.
import type { Contract } from "@callmeback/shared/contract";
import type { LiveMessage, liveProtocol, tokenProtocol } from "@callmeback/shared/contract/live";
import { appConfig } from "../config.ts";
import { readToken } from "../session/token.ts";

export interface LiveParts {
  callId: string;
  /** The number of the last turn that is known. */
  after(): number;
  hear(message: LiveMessage): void;
  /** Whether the socket is there. */
  onPresence(isThere: boolean): void;
}

// The contract's types hold these to it; its schemas would bring zod into the page.
const path: Contract["liveCall"]["path"] = "/api/calls/:id/live";
const protocol: typeof liveProtocol = "callmeback.live";
const tokenPrefix: typeof tokenProtocol = "bearer.";

const firstWaitMs = 250;
const longestWaitMs = 8_000;
const pingEveryMs = 10_000;
/** The code of a socket that has told everything. A token that is good no more (4401) ends like a drop: the questions
 *  that are asked meanwhile are refused too, and log out; another tab's fresh token brings the socket back. */
const allTold = 1000;

/** Watches until the call has ended, or the function that it gives back is called. */
export function watchCall({ callId, after, hear, onPresence }: LiveParts): () => void {
  let socket: WebSocket | undefined;
  let waitMs = firstWaitMs;
  let coming: ReturnType<typeof setTimeout> | undefined;
  let isDone = false;
  let isAnswering = true;

  function come(): void {
    clearTimeout(coming);
    // While there is no network, the news that it is back is what is waited for.
    if (isDone || socket !== undefined || !navigator.onLine) return;
    const url = new URL(path.replace(":id", callId), appConfig().apiUrl.replace(/^http/, "ws"));
    url.searchParams.set("after", String(after()));
    isAnswering = true;
    const opened = new WebSocket(url, [protocol, `${tokenPrefix}${readToken()}`]);
    socket = opened;
    opened.addEventListener("message", ({ data }) => {
      if (socket !== opened) return;
      isAnswering = true;
      if (data === "pong") return;
      waitMs = firstWaitMs;
      onPresence(true);
      hear(JSON.parse(data));
    });
    opened.addEventListener("close", ({ code }) => {
      if (socket !== opened) return;
      if (code === allTold) isDone = true;
      leave();
    });
  }

  /** Lets the socket go, and comes back after a while that grows with each try in vain. */
  function leave(): void {
    const left = socket;
    socket = undefined;
    left?.close();
    onPresence(false);
    clearTimeout(coming);
    if (isDone) {
      stop();
      return;
    }
    coming = setTimeout(come, waitMs * (0.75 + Math.random() / 2));
    waitMs = Math.min(longestWaitMs, waitMs * 2);
  }

  /** A network that went away without a word leaves a socket that says nothing any more. */
  function ping(): void {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (isAnswering) socket.send("ping");
    else leave();
    isAnswering = false;
  }

  function stop(): void {
    isDone = true;
    clearTimeout(coming);
    clearInterval(pinging);
    window.removeEventListener("online", come);
    window.removeEventListener("offline", leave);
    socket?.close();
    socket = undefined;
  }

  const pinging = setInterval(ping, pingEveryMs);
  window.addEventListener("online", come);
  window.addEventListener("offline", leave);
  come();
  return stop;
}
