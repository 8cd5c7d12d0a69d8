// Answers each line of JSON on stdin with one line of JSON on stdout:
// {"id", "op", …} → {"id", "value"} or {"id", "error"}.

import { createInterface } from "node:readline";
import { parse } from "./documents.mjs";
import { evaluate } from "./expressions.mjs";
import { hashFilesHere, hashFilesMode } from "./hash-files.mjs";

const OPERATIONS = {
  action: ({ text }) => parse("action", text),
  workflow: ({ text }) => parse("workflow", text),
  evaluate,
};

async function answer(line) {
  const request = JSON.parse(line);
  try {
    return { id: request.id, value: await OPERATIONS[request.op](request) };
  } catch (error) {
    return { id: request.id, error: error.message };
  }
}

if (process.argv[2] === hashFilesMode) {
  process.stdout.write(await hashFilesHere(JSON.parse(process.argv[3])));
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
}
