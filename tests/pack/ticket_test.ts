import assert from "node:assert/strict";
import { Aborted, Tickets } from "../../src/pack/ticket.ts";

Deno.test("whoever has the turn takes numbers without gaps", () => {
  const tickets = new Tickets();
  tickets.wait("numbers", 0);
  assert.equal(tickets.take("offset", 100), 0);
  tickets.pass("numbers", 7);
  tickets.wait("numbers", 7);
  assert.equal(tickets.take("offset", 5), 100);
  assert.equal(tickets.get("offset"), 105);
});

Deno.test("the two turns do not disturb each other", () => {
  const tickets = new Tickets();
  tickets.pass("numbers", 3);
  tickets.wait("text", 0);
  tickets.wait("numbers", 3);
});

Deno.test("an abort ends every wait, also of those who come later", () => {
  const tickets = new Tickets();
  tickets.abort();
  assert.throws(() => tickets.wait("numbers", 0), Aborted);
  assert.throws(() => tickets.wait("text", 9), Aborted);
});

Deno.test("an abort wakes a thread that is waiting", async () => {
  const tickets = new Tickets();
  const script = `
    import { Tickets } from ${JSON.stringify(new URL("../../src/pack/ticket.ts", import.meta.url).href)};
    self.onmessage = ({ data }) => {
      const tickets = new Tickets(data);
      self.postMessage("waiting");
      try { tickets.wait("numbers", 5); self.postMessage("passed"); }
      catch (error) { self.postMessage(error.constructor.name); }
    };`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(script)}`, { type: "module" });
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    worker.onmessage = ({ data }) => {
      heard.push(data);
      if (data === "waiting") tickets.abort();
      else resolve();
    };
    worker.postMessage(tickets.memory);
  });
  worker.terminate();
  assert.deepEqual(heard, ["waiting", "Aborted"]);
});
