/** OpenAI's error object, one constructor for each way a chat request can be wrong. */

export class LlmFailure extends Error {
  readonly status: number;
  readonly body: { error: { message: string; type: string; param: string | null; code: string | null } };

  constructor(
    status: number,
    type: string,
    code: string | null,
    message: string,
    param: string | null = null,
  ) {
    super(message);
    this.status = status;
    this.body = { error: { message, type, param, code } };
  }
}

export const invalid = (
  message: string,
  param: string | null = null,
  code: string | null = null,
): LlmFailure => new LlmFailure(400, "invalid_request_error", code, message, param);

export const wrongKey = (key: string): LlmFailure =>
  new LlmFailure(
    401,
    "invalid_request_error",
    "invalid_api_key",
    key === ""
      ? "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth."
      : `Incorrect API key provided: ${key.slice(0, 4)}****.`,
  );

export const noSuchModel = (model: string): LlmFailure =>
  new LlmFailure(
    404,
    "invalid_request_error",
    "model_not_found",
    `The model '${model}' does not exist or you do not have access to it.`,
    "model",
  );
