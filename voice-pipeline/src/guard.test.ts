/** A bug in one call, wherever it strikes, ends that call and no other; in a process of its own, since it is the process's end that is in question. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { guard, traceOf } from "./guard.ts";

const here = JSON.stringify(new URL("./guard.ts", import.meta.url).href);
const program = `
  import { createServer, connect } from "node:net";
  import { guard, tellScope } from ${here};
  const broken = [];
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (error) => tellScope(error) || broken.push("nobody:" + error.message));
  const call = (name) => guard((error) => broken.push(name + ":" + error.message));
  call("one")(() => { throw new Error("now"); });
  call("two")(() => { setTimeout(() => { throw new Error("timer"); }, 1); });
  call("tick")(() => { process.nextTick(() => { throw new Error("next"); }); });
  call("three")(() => { void Promise.resolve().then(() => { throw new Error("promise"); }); });
  const server = createServer((socket) => socket.end("x")).listen(0, () => {
    call("four")(() => connect(server.address().port).on("data", () => { throw new Error("socket"); }));
    // A timer of the process, begun inside a call, that serves another one.
    call("five")(() => setTimeout(() => call("six")(() => { void Promise.reject(new Error("inner")); }), 1));
  });
  setTimeout(() => { throw new Error("own"); }, 1);
  const timer = setInterval(() => {
    if (broken.length < 7) return;
    process.stdout.write(broken.sort().join(" "));
    clearInterval(timer);
    server.close();
  }, 5);`;

it("traces what breaks to the call that began it", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("A child without an output.");
  expect(await text(child.stdout)).toBe(
    "four:socket nobody:own one:now six:inner three:promise tick:next two:timer",
  );
});

it("goes on after the call that broke", () => {
  const broken: unknown[] = [];
  const bug = new Error("bug");
  guard((error) => broken.push(error))(() => {
    throw bug;
  });
  expect(broken).toEqual([bug]);
});

it("says where something broke, and none of the words in it", () => {
  const trace = traceOf(new TypeError("Unexpected token in 'my secret'"));
  expect(trace).toMatch(/^TypeError \| at .*guard\.test\.ts/);
  expect(trace).not.toContain("secret");
});
