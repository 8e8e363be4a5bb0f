// The handset of the sandbox that this page holds: what it is told and what it can do.
import { computed, onScopeDispose, ref } from "vue";
import { appConfig } from "../config.ts";
import { Ear } from "./ear.ts";

export type HandsetState = "idle" | "ringing" | "connected";

export interface PhoneMessage {
  at: string;
  from: string;
  body: string;
}

type Told =
  | { type: "ready" | "answered" | "ended" | "said" | "heard" | "error" }
  | { type: "ringing"; from: string }
  | { type: "audio"; payload: string };

type Act =
  | { type: "answer" | "decline" | "hangup" }
  | { type: "say"; text: string }
  | { type: "digits"; digits: string }
  | { type: "audio"; payload: string };

const comeBackMs = 1_000;
const lookForMessagesMs = 1_500;

export function useHandset(number: string) {
  const base = `${appConfig().phoneUrl}/control/phones/${encodeURIComponent(number)}`;
  const state = ref<HandsetState>("idle");
  const from = ref("");
  const isAway = ref(false);
  /** Whether the other side is silent here. What this side says goes out all the same. */
  const isSoundOff = ref(false);
  const answeredAt = ref<number>();
  const messages = ref<PhoneMessage[]>([]);
  const ear = new Ear();
  let socket: WebSocket | undefined;
  let isDone = false;

  function hear(told: Told): void {
    if (told.type === "audio") {
      if (!isSoundOff.value) ear.play(told.payload);
      return;
    }
    // What goes on is told next; nothing, when the call ended while another tab held the phone.
    if (told.type === "ready") rest();
    else if (told.type === "ringing") {
      from.value = told.from;
      state.value = "ringing";
      ear.ring();
    } else if (told.type === "answered") {
      state.value = "connected";
      answeredAt.value ??= Date.now();
      ear.stopRinging();
    } else if (told.type === "ended") {
      rest();
    }
  }

  function rest(): void {
    state.value = "idle";
    answeredAt.value = undefined;
    isSoundOff.value = false;
    ear.stopRinging();
  }

  function connect(): void {
    const before = socket;
    const opened = new WebSocket(`${base.replace(/^http/, "ws")}/handset`);
    socket = opened;
    before?.close();
    opened.addEventListener("open", () => {
      isAway.value = false;
    });
    opened.addEventListener("message", (event) => {
      if (socket === opened) hear(JSON.parse(event.data));
    });
    opened.addEventListener("close", () => {
      if (isDone || socket !== opened) return;
      rest();
      isAway.value = true;
      setTimeout(connect, comeBackMs);
    });
  }

  /** The sandbox tells one holder only, the last that came: the tab that is looked at takes the phone. */
  function takeBack(): void {
    if (!document.hidden) connect();
  }

  async function lookForMessages(): Promise<void> {
    if (document.hidden) return;
    const answer = await fetch(base).catch(() => undefined);
    if (answer?.ok) messages.value = (await answer.json()).messages;
  }

  const act = (message: Act): void => socket?.send(JSON.stringify(message));

  connect();
  document.addEventListener("visibilitychange", takeBack);
  void lookForMessages();
  const looking = setInterval(lookForMessages, lookForMessagesMs);
  onScopeDispose(() => {
    isDone = true;
    clearInterval(looking);
    document.removeEventListener("visibilitychange", takeBack);
    socket?.close();
    ear.close();
  });

  return {
    state: computed(() => state.value),
    from,
    isAway,
    isSoundOff,
    answeredAt,
    messages,
    answer: () => act({ type: "answer" }),
    decline: () => act({ type: "decline" }),
    hangUp: () => act({ type: "hangup" }),
    say: (text: string) => act({ type: "say", text }),
    speak: (payload: string) => act({ type: "audio", payload }),
    press: (digits: string) => act({ type: "digits", digits }),
  };
}
