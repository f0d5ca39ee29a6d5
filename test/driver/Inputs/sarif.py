"""sarif.py LOG SOURCE: what the schema demands, and GitHub beyond it, of the log of one file.

With SARIF_SCHEMA in the environment the log is also validated against that file."""
import json, os, re, sys

log, source = json.load(open(sys.argv[1])), sys.argv[2]
if "SARIF_SCHEMA" in os.environ:
    import jsonschema
    jsonschema.validate(log, json.load(open(os.environ["SARIF_SCHEMA"])))


def only(thing, allowed, required=()):
    assert set(thing) <= set(allowed) | set(required), (sorted(thing), allowed)
    assert set(required) <= set(thing), (sorted(thing), required)


def message(m):
    only(m, [], ["text"])
    assert m["text"]


def location(l, need_place=True):
    only(l, ["id", "message", "physicalLocation"])
    if "message" in l:
        message(l["message"])
    if need_place or "physicalLocation" in l:
        place = l["physicalLocation"]
        only(place, [], ["artifactLocation", "region"])
        uri = place["artifactLocation"]["uri"]
        assert re.fullmatch(r"(\.\./)*[A-Za-z0-9._~/%-]+", uri) and not uri.startswith("/"), uri
        region = place["region"]
        only(region, [], ["startLine", "startColumn", "endLine", "endColumn"])
        assert all(n >= 1 for n in region.values()), region


def line_hashes(text, block=100, mod=37):
    """GitHub's primaryLocationLineHash, by its description and without a rolling hash."""
    units = []  # (unit, line) of what counts
    data = text.encode("utf-16-le")
    line, previous = 1, 0
    for unit in (data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)):
        skip = unit in (32, 9) or (previous == 13 and unit == 10)
        previous = unit
        if skip:
            continue
        unit = 10 if unit == 13 else unit
        units.append((unit, line))
        line += unit == 10
    stream = [u for u, _ in units] + [0xFFFF] + [0] * block
    if units and units[-1][0] == 10 or not units:
        units.append((0xFFFF, line))  # the end mark begins a line of its own
    result, seen = {}, {}
    for i, (_, at) in enumerate(units):
        if at in result:
            continue
        h = 0
        for unit in stream[i : i + block]:
            h = (h * mod + unit) % 2**64
        seen[h] = seen.get(h, 0) + 1
        result[at] = f"{h:x}:{seen[h]}"
    return result


only(log, [], ["$schema", "version", "runs"])
assert log["version"] == "2.1.0" and len(log["runs"]) == 1
run = log["runs"][0]
only(run, [], ["tool", "automationDetails", "columnKind", "invocations", "results"])
assert run["columnKind"] == "utf16CodeUnits"
assert run["automationDetails"]["id"].endswith("/")
rules = run["tool"]["driver"]["rules"]
assert len({r["id"] for r in rules}) == len(rules)
for rule in rules:
    for key in ("shortDescription", "fullDescription"):
        message(rule[key])
        assert len(rule[key]["text"]) <= 1024
    assert rule["help"]["text"] and rule["help"]["markdown"] and len(rule["name"]) <= 255
    assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")

hashes = line_hashes(open(source, newline="").read())
found = {}
for result in run["results"]:
    only(result, ["relatedLocations", "codeFlows", "fixes"],
         ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"])
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in ("note", "warning", "error")
    message(result["message"])
    assert len(result["locations"]) == 1
    location(result["locations"][0])
    for related in result.get("relatedLocations", []):
        location(related, need_place=False)
    for flow in result.get("codeFlows", []):
        for thread in flow["threadFlows"]:
            for step in thread["locations"]:
                location(step["location"], need_place=False)
    region = result["locations"][0]["physicalLocation"]["region"]
    expected = hashes[region["startLine"]]
    actual = result["partialFingerprints"]["primaryLocationLineHash"]
    assert actual == expected, (region, actual, expected)
    for fix in result.get("fixes", []):
        for change in fix["artifactChanges"]:
            assert change["replacements"]
    found[result["ruleId"]] = result

assert set(found) == {"weir-unawaited-task", "weir-blocking-call"}, found.keys()
dropped = found["weir-unawaited-task"]["locations"][0]["physicalLocation"]
assert dropped["artifactLocation"]["uri"] == "src/a%20b.cpp", dropped
# A smiley is four bytes, two UTF-16 units, one character.
assert dropped["region"] == {"startLine": 6, "startColumn": 13, "endLine": 6, "endColumn": 19}, dropped
assert len(found["weir-blocking-call"]["codeFlows"][0]["threadFlows"][0]["locations"]) == 2
