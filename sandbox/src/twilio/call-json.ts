/** A call as Twilio's REST API shows it: numbers as text, dates in RFC 2822. */
import { type Call, rfc2822 } from "./call.ts";

const children = [
  "notifications",
  "recordings",
  "payments",
  "events",
  "siprec",
  "streams",
  "transcriptions",
  "user_defined_message_subscriptions",
  "user_defined_messages",
];

const date = (value: Date | undefined): string | null => (value === undefined ? null : rfc2822(value));

export const callJson = (call: Call): object => {
  const path = `/2010-04-01/Accounts/${call.world.accountSid}/Calls/${call.sid}`;
  const { from, to } = call.order;
  return {
    sid: call.sid,
    account_sid: call.world.accountSid,
    api_version: "2010-04-01",
    annotation: null,
    answered_by: null,
    caller_name: null,
    date_created: date(call.createdAt),
    date_updated: date(call.updatedAt),
    start_time: date(call.startedAt),
    end_time: date(call.endedAt),
    direction: "outbound-api",
    duration: call.isOver ? String(call.durationSeconds) : null,
    forwarded_from: null,
    from,
    from_formatted: from,
    to,
    to_formatted: to,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: "USD",
    queue_time: "0",
    status: call.status,
    trunk_sid: null,
    uri: `${path}.json`,
    subresource_uris: Object.fromEntries(children.map((name) => [name, `${path}/${name}.json`])),
  };
};
