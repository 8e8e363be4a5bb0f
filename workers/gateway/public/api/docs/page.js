// Draws the API's own OpenAPI document: an index, a card for each route, and a form to try it. It asks nobody but this
// server, and it knows nothing about any route that the document does not say.
import { el } from "./element.js";
import { schemaTable } from "./schema.js";
import { tryForm } from "./try.js";

const methods = ["get", "post", "put", "delete"];
const tokenField = document.getElementById("token");

const response = await fetch("/api/docs.json");
if (!response.ok) throw new Error(`/api/docs.json answered ${response.status}`);
const api = await response.json();
document.getElementById("about").textContent = api.info.description;

const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  methods.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })),
);
const byTag = Map.groupBy(operations, (operation) => operation.tags[0]);

document
  .getElementById("index")
  .append(
    ...[...byTag].map(([tag, group]) =>
      el("section", {}, [
        el("h2", {}, [tag]),
        ...group.map(({ operationId, method, path }) =>
          el("a", { href: `#${operationId}` }, [
            el("span", { class: "method" }, [method.toUpperCase()]),
            ` ${path}`,
          ]),
        ),
      ]),
    ),
  );
document.getElementById("routes").append(...[...byTag.values()].flat().map(card));
// The browser looked for the address's anchor before it was drawn.
if (location.hash !== "") document.getElementById(location.hash.slice(1))?.scrollIntoView();

document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const link of document.querySelectorAll("#index a")) {
    link.hidden = !link.textContent.toLowerCase().includes(wanted);
  }
});
document.getElementById("session").addEventListener("submit", (event) => event.preventDefault());

function card(operation) {
  const { operationId, method, path, summary, parameters, requestBody, responses } = operation;
  const good = Object.entries(responses).find(([status]) => Number(status) < 300);
  const [type, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const [, answer] = Object.entries(good?.[1].content ?? {})[0] ?? [];
  return el("article", { id: operationId }, [
    el("h2", {}, [el("span", { class: "method" }, [method.toUpperCase()]), ` ${path}`]),
    el("p", {}, [`${summary}. `, el("span", { class: "quiet" }, [whoMay(operation)])]),
    ...(parameters.length === 0 ? [] : [el("h3", {}, ["Parameters"]), parameterTable(parameters)]),
    ...(body === undefined ? [] : [el("h3", {}, [`Body, ${type}`]), schemaTable(body.schema)]),
    el("h3", {}, [`Answer, ${good?.[0]}`]),
    schemaTable(answer?.schema ?? {}),
    el("h3", {}, ["Errors"]),
    errorTable(responses),
    tryForm(operation, body, () => tokenField.value.trim(), keepToken),
  ]);
}

/** A token that an answer brings is the next request's. */
function keepToken(answered) {
  if (typeof answered?.token === "string") tokenField.value = answered.token;
}

function whoMay({ security }) {
  if (security.length === 0) return "Anybody may call it.";
  const names = security.map((scheme) => Object.keys(scheme)[0] ?? "nobody in particular");
  return `Needs: ${names.join(", or ")}.`;
}

function parameterTable(parameters) {
  return schemaTable({
    type: "object",
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  });
}

function errorTable(responses) {
  const bad = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  return el("table", {}, [
    el(
      "tbody",
      {},
      bad.map(([status, { description }]) =>
        el("tr", {}, [el("th", { scope: "row" }, [status]), el("td", {}, [el("code", {}, [description])])]),
      ),
    ),
  ]);
}
