#!/usr/bin/env python3
"""Grades the manifests of a student's repository against a Podlab lab.

The assignment's bundle holds this file, podlab.mjs and lab/ (a lab's folder); the runtime needs Node.js 20. The
runner starts it in the repository, hands over the bundle's folder and who it is about in the environment, and reads
result.json (classroom50/result/v1). It ends with 0 whenever there is a grade, full or not.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys

bundle = pathlib.Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or pathlib.Path(__file__).parent)
manifests = os.environ.get("PODLAB_MANIFESTS", "k8s")
command = ["node", str(bundle / "podlab.mjs"), "grade", str(bundle / "lab")]
command += ["--manifests", manifests, "--seed", os.environ.get("PODLAB_SEED", "1")]
if pathlib.Path("answers.yaml").exists():
    command += ["--answers", "answers.yaml"]

run = subprocess.run(command + ["--format", "classroom50"], capture_output=True, text=True)
print(run.stderr, end="")
if run.returncode not in (0, 1):
    sys.exit(run.returncode)

environment = os.environ.get
result = {
    **json.loads(run.stdout),
    "classroom": environment("CLASSROOM", ""),
    "assignment": environment("ASSIGNMENT", ""),
    "assignment_type": environment("ASSIGNMENT_TYPE") or "individual",
    "owner": environment("OWNER") or environment("USERNAME", ""),
    "submission": environment("SUBMISSION_TAG", ""),
    "commit": environment("COMMIT_URL", ""),
    "release": environment("RELEASE_URL", ""),
    "review": environment("REVIEW_URL") or environment("COMMIT_URL", ""),
    "datetime": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
}
pathlib.Path("result.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
