// The browser's microphone as telephone sound, from the moment somebody wants it until the call or the device is gone.
import { onScopeDispose, ref, watch } from "vue";
import workletUrl from "./microphone-worklet.ts?worker&url";
import { decodeMuLaw } from "./mu-law.ts";

export type MicrophoneFault = "refused" | "missing" | "busy" | "insecure" | "lost";

const faults: Readonly<Record<string, MicrophoneFault>> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
};

const wanted: MediaStreamConstraints = {
  audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
};

/**
 * @param isWanted as long as this holds the microphone may be open; it is let go the moment it does not
 * @param send takes 20 ms, base64 mu-law
 */
export function useMicrophone(isWanted: () => boolean, send: (frame: string) => void) {
  const state = ref<"off" | "opening" | "on">("off");
  const fault = ref<MicrophoneFault>();
  const isMuted = ref(false);
  /** How loud it is now, from 0 to 1. */
  const level = ref(0);
  let letGo = (): void => {};

  function close(): void {
    letGo();
    letGo = () => {};
    state.value = "off";
    isMuted.value = false;
    level.value = 0;
  }

  function take(frame: Uint8Array<ArrayBuffer>): void {
    if (isMuted.value) return;
    const payload = btoa(String.fromCharCode(...frame));
    level.value = decodeMuLaw(payload).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    send(payload);
  }

  async function open(): Promise<void> {
    if (state.value !== "off") return;
    fault.value = undefined;
    state.value = "opening";
    let stream: MediaStream | undefined;
    let context: AudioContext | undefined;
    const drop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
      void context?.close();
    };
    try {
      // Browsers give it to pages of a safe origin only.
      if (navigator.mediaDevices === undefined) throw new DOMException("No safe origin.", "InsecureError");
      stream = await navigator.mediaDevices.getUserMedia(wanted);
      context = new AudioContext();
      await context.audioWorklet.addModule(workletUrl);
      // The call may have ended while the person was asked.
      if (!isWanted()) return drop();
      const frames = new AudioWorkletNode(context, "microphone-frames", { numberOfOutputs: 0 });
      frames.port.onmessage = ({ data }) => take(data);
      context.createMediaStreamSource(stream).connect(frames);
      for (const track of stream.getTracks())
        track.addEventListener("ended", () => {
          close();
          fault.value = "lost";
        });
      letGo = drop;
      state.value = "on";
    } catch (error) {
      drop();
      const name = error instanceof DOMException ? error.name : "";
      fault.value = name === "InsecureError" ? "insecure" : (faults[name] ?? "busy");
    } finally {
      if (state.value === "opening") state.value = "off";
    }
  }

  watch(isWanted, (now) => {
    if (now) return;
    close();
    fault.value = undefined;
  });
  onScopeDispose(close);

  function mute(): void {
    isMuted.value = !isMuted.value;
    level.value = 0;
  }

  return { state, fault, isMuted, level, open, mute };
}
