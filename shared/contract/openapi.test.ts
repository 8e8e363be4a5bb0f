import { describe, expect, it } from "vitest";
import { contract } from "./index.ts";
import { errorsOf, openApiDocument } from "./openapi.ts";
import type { Route } from "./route.ts";

const routes: [string, Route][] = Object.entries(contract);
const document = openApiDocument(contract, "https://api.example.com");
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

describe("the OpenAPI document", () => {
  it("has every route once, by its name", () => {
    expect(operations.map((operation) => operation.operationId).sort()).toEqual(Object.keys(contract).sort());
  });

  it("declares each name in a path as a required parameter", () => {
    for (const { path, parameters } of operations) {
      const declared = parameters.filter((parameter) => parameter.in === "path" && parameter.required);
      const written = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(declared.map((parameter) => parameter.name)).toEqual(written);
    }
  });

  it("survives JSON and points nowhere but to its own components", () => {
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toEqual(document);
    const targets = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]));
    expect([...targets]).toEqual(["#/components/schemas/Error"]);
  });

  it("describes a request as it is sent and an answer as it comes", () => {
    const login = document.paths["/api/auth/login"]?.post;
    expect(login).toMatchObject({
      requestBody: {
        content: {
          "application/json": { schema: { required: ["email", "password"], additionalProperties: false } },
        },
      },
      responses: { 200: { content: { "application/json": { schema: { required: ["user", "token"] } } } } },
    });
  });

  it("lists the codes of each status", () => {
    const create = document.paths["/api/call"]?.post;
    expect(create?.responses).toHaveProperty("429.description", "RATE_LIMIT_EXCEEDED, CONCURRENT_CALLS");
    expect(errorsOf(contract.me)).toContain("TOKEN_REVOKED");
  });

  it.each(routes.filter(([, route]) => route.example !== undefined))(
    "shows examples that work for %s",
    (_name, route) => {
      expect(route.body?.safeParse(route.example?.body).error).toBeUndefined();
      expect(route.query?.safeParse(route.example?.query ?? {}).error).toBeUndefined();
    },
  );
});
