// action.yml and workflows as plain values. A scalar with `${{ }}` becomes {"${{": "…"}; each step gets
// the condition that it really has.

import { convertActionTemplate, parseAction } from "@actions/workflow-parser/actions/index";
import { convertWorkflowTemplate } from "@actions/workflow-parser/model/convert";
import { convertToIfCondition } from "@actions/workflow-parser/model/converter/if-condition";
import { NoOperationTraceWriter } from "@actions/workflow-parser/templates/trace-writer";
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
} from "@actions/workflow-parser/templates/tokens/type-guards";
import { parseWorkflow } from "@actions/workflow-parser/workflows/workflow-parser";

const PARSERS = { action: parseAction, workflow: parseWorkflow };

export async function parse(kind, text) {
  const file = { name: `${kind}.yml`, content: text };
  const { context, value } = PARSERS[kind](file, new NoOperationTraceWriter());
  const messages = () => context.errors.getErrors().map((error) => error.message);
  if (value && !messages().length) {
    await (kind === "action" ? convertActionTemplate : convertWorkflowTemplate)(context, value);
  }
  const errors = messages();
  return { errors, document: errors.length ? null : plain(context, value) };
}

function plain(context, token) {
  if (isMapping(token)) {
    return Object.fromEntries([...token].map(({ key, value }) => pair(context, key.toString(), value)));
  }
  if (isSequence(token)) return [...token].map((item) => plain(context, item));
  if (isBasicExpression(token)) return { "${{": token.expression };
  return isString(token) || isBoolean(token) || isNumber(token) ? token.value : null;
}

// The condition of a step or a job needs no `${{ }}`, and without a status function means success.
function pair(context, key, value) {
  const condition = key === "if" ? convertToIfCondition(context, value) : value;
  return [key, plain(context, condition)];
}
