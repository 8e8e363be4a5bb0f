/** Twilio's refusals. Source: https://www.twilio.com/docs/api/errors */

export class TwilioFailure extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): object {
    return failureBody(this.status, this.code, this.message);
  }
}

export const failureBody = (status: number, code: number, message: string): object => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
});

export const notFound = (path: string): TwilioFailure =>
  new TwilioFailure(404, 20404, `The requested resource ${path} was not found`);
