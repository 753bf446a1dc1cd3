import assert from "node:assert/strict";
import { PackError } from "../../src/model/issue.ts";
import { jsonReporter } from "../../src/ui/json_reporter.ts";
import { recorded } from "./streams.ts";

Deno.test("events are JSON lines: the outcome on stdout, everything else on stderr", () => {
  const stdout = recorded();
  const stderr = recorded();
  const told = jsonReporter({ stdout, stderr }, false);
  const progress = { phase: "pack", done: 1, total: 9, bytes: 5, seconds: 0.1 } as const;
  told.progress(progress);
  told.progress({ ...progress, seconds: 0.9 });
  told.progress({ ...progress, seconds: 1.1, done: 2 });
  told.progress({ ...progress, seconds: 1.2, phase: "publish" });
  told.issue({ code: "c", severity: "note", path: "p", message: "m" });
  told.remark("r");
  told.result({ event: "packed", value: { frames: 9 }, lines: ["for people"] });
  told.error(new PackError("wrong", "right"));
  assert.equal(stdout.text, '{"event":"packed","frames":9}\n');
  assert.equal(
    stderr.text,
    '{"event":"progress","phase":"pack","done":1,"total":9,"bytes":5,"seconds":0.1}\n' +
      '{"event":"progress","phase":"pack","done":2,"total":9,"bytes":5,"seconds":1.1}\n' +
      '{"event":"progress","phase":"publish","done":1,"total":9,"bytes":5,"seconds":1.2}\n' +
      '{"event":"issue","code":"c","severity":"note","path":"p","message":"m"}\n' +
      '{"event":"remark","message":"r"}\n' +
      '{"event":"error","message":"wrong","suggestion":"right"}\n',
  );
});

Deno.test("quiet JSON is the outcome and errors", () => {
  const stdout = recorded();
  const stderr = recorded();
  const told = jsonReporter({ stdout, stderr }, true);
  told.progress({ phase: "pack", done: 1, total: 9, bytes: 5, seconds: 0.1 });
  told.remark("r");
  told.result({ event: "verified", value: { ok: true }, lines: [] });
  told.error(new PackError("wrong"));
  assert.equal(stdout.text, '{"event":"verified","ok":true}\n');
  assert.equal(stderr.text, '{"event":"error","message":"wrong"}\n');
});
