// hashFiles() as the runner does it: in a process of its own, for the evaluator cannot wait.
// https://github.com/actions/runner/blob/main/src/Runner.Worker/Expressions/HashFilesFunction.cs

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { hashFiles as hashGlobs } from "@actions/glob";

export const hashFilesMode = "--hash-files";

export function hashFiles(patterns, workspace) {
  const given = JSON.stringify({ patterns, workspace });
  const argv = [fileURLToPath(import.meta.url), hashFilesMode, given];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: workspace, encoding: "utf8" });
  if (status !== 0) throw new Error(`hashFiles(${patterns.join(", ")}) failed: ${stderr}`);
  return stdout;
}

export async function hashFilesHere({ patterns, workspace }) {
  return await hashGlobs(patterns.join("\n"), workspace, { followSymbolicLinks: false });
}
