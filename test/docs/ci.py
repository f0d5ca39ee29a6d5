"""ci.py PAGE PROJECT: runs the commands of each example of PAGE in PROJECT, as its service would.

An example is true when the last command, and no other, fails with 1 for findings, when the reports
that the service is told to read are there, and when the cache that it keeps is not empty.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import yaml

page, project = map(pathlib.Path, sys.argv[1:3])


def github(workflow):
    job = workflow["jobs"]["weir"]
    settings = [step["with"] for step in job["steps"] if "with" in step]
    return (job["env"], [step["run"] for step in job["steps"] if "run" in step],
            [each["sarif_file"] for each in settings if "sarif_file" in each],
            {each["path"] for each in settings if "path" in each})


def gitlab(pipeline):
    job = pipeline["weir"]
    return (job["variables"], job["script"], list(job["artifacts"]["reports"].values()),
            set(job["cache"]["paths"]))


def lines(report):
    """Where findings are: paths that the service can find in the repository."""
    if "runs" in report:
        return {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                for result in report["runs"][0]["results"]}
    return {each["location"]["path"] for each in report}


examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.S)]
assert len(examples) == 2, "one example for GitHub, one for GitLab"
for example in examples:
    environment, commands, reports, caches = (github if "jobs" in example else gitlab)(example)
    codes = [subprocess.run(command, shell=True, cwd=project, env={**os.environ, **environment}).returncode
             for command in commands]
    assert codes == [0] * (len(codes) - 1) + [1], f"{commands} gave {codes}"
    assert caches == {environment["WEIR_CACHE_DIR"]}
    for cache in caches:
        assert any((project / cache).iterdir()), f"nothing in {cache}"
    for report in reports:
        for file in lines(json.loads((project / report).read_text())):
            assert (project / file).is_file(), f"{report} names {file}"
            print(report, file)
