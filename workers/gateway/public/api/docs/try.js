// A form that sends one route's request, with the token of the page, and shows what came back.
import { el } from "./element.js";

/** @param body the media type object of the request's body, when the route takes one */
export function tryForm({ operationId, method, path, parameters }, body, token, answered) {
  const fields = parameters.map((parameter) => ({
    ...parameter,
    input: el("input", {
      id: `${operationId}-${parameter.name}`,
      ...(parameter.example === undefined ? {} : { value: parameter.example }),
    }),
  }));
  const text = body && el("textarea", { id: `${operationId}-body`, rows: "6", spellcheck: "false" });
  if (text) text.value = body.example === undefined ? "{}" : JSON.stringify(body.example, null, 2);
  const result = el("div", { "aria-live": "polite" });
  const form = el("form", {}, [
    ...fields.map(({ name, input }) => el("div", {}, [el("label", { for: input.id }, [name]), input])),
    ...(text ? [el("div", {}, [el("label", { for: text.id }, ["Body"]), text])] : []),
    el("div", {}, [el("button", {}, ["Send"])]),
    result,
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    result.replaceChildren(el("p", { class: "quiet" }, ["Waiting …"]));
    result.replaceChildren(...(await send(method, addressOf(path, fields), text?.value, token(), answered)));
  });
  return el("details", {}, [el("summary", {}, ["Try it"]), form]);
}

function addressOf(path, fields) {
  const filled = fields.filter(({ input }) => input.value !== "");
  const query = new URLSearchParams(
    filled.filter((field) => field.in === "query").map(({ name, input }) => [name, input.value]),
  );
  const address = path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(filled.find((field) => field.in === "path" && field.name === name)?.input.value ?? ""),
  );
  return query.size === 0 ? address : `${address}?${query}`;
}

async function send(method, address, body, token, answered) {
  try {
    const response = await fetch(address, {
      method: method.toUpperCase(),
      headers: {
        ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return [
      el("p", { class: `status ${response.ok ? "good" : "bad"}` }, [
        `${response.status} ${response.statusText}`,
      ]),
      el("pre", { tabindex: "0" }, [readable(text, answered)]),
    ];
  } catch {
    return [el("p", { class: "status bad" }, ["Nothing answered. Is the server running?"])];
  }
}

function readable(text, answered) {
  try {
    const value = JSON.parse(text);
    answered(value);
    return JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}
