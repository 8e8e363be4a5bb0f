/** How ElevenLabs says no: a text frame and close 1008 on a socket, `detail` over HTTP. */

export class ElevenLabsFailure extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, message: string, status = 400) {
    super(message);
    this.error = error;
    this.status = status;
  }

  get frame(): object {
    return { message: this.message, error: this.error, code: 1008 };
  }

  get body(): object {
    return { detail: { status: this.error, message: this.message } };
  }
}

export const wrongKey = () => new ElevenLabsFailure("invalid_api_key", "Invalid API key", 401);
export const noVoice = (id: string) =>
  new ElevenLabsFailure("voice_not_found", `A voice with voice_id ${id} does not exist.`, 404);
export const badMessage = (message: string) => new ElevenLabsFailure("invalid_message", message, 422);
