// One expression on the contexts given. Status functions answer what the caller found them to be.
// https://docs.github.com/en/actions/reference/workflows-and-actions/expressions

import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { hashFiles } from "./hash-files.mjs";

const STATUS_FUNCTIONS = ["always", "success", "failure", "cancelled"];

// A context that the place does not have is an error, as in `secrets` in an action.
export function evaluate({ expression, contexts, status }) {
  const functions = [...statusFunctions(status), hashFilesFunction(contexts.github?.workspace)];
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const calls = new Map(functions.map((info) => [info.name.toLowerCase(), info]));
  const result = new Evaluator(parsed, toData(contexts), calls).evaluate();
  return { value: fromData(result), text: result.coerceString(), truthy: isTruthy(result) };
}

// Without `status` the place has no status functions: they belong in `if` alone.
function statusFunctions(status) {
  if (!status) return [];
  return STATUS_FUNCTIONS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(status[name]),
  }));
}

function hashFilesFunction(workspace) {
  const call = (...patterns) =>
    new data.StringData(hashFiles(patterns.map((pattern) => pattern.coerceString()), workspace));
  return { name: "hashFiles", minArgs: 1, maxArgs: 255, call };
}

function toData(value) {
  return JSON.parse(JSON.stringify(value), data.reviver);
}

function fromData(value) {
  return JSON.parse(JSON.stringify(value, data.replacer));
}

function isTruthy(result) {
  const not = new Parser(new Lexer("!value").lex().tokens, ["value"], []).parse();
  const context = new data.Dictionary({ key: "value", value: result });
  return !new Evaluator(not, context).evaluate().value;
}
