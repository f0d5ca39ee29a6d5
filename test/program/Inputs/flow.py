"""flow.py SARIF WORD: the files and lines that the flows of the results lead through whose message begins with WORD."""
import json, os, sys

for result in json.load(open(sys.argv[1]))["runs"][0]["results"]:
    if result["message"]["text"].startswith(sys.argv[2]):
        for step in result["codeFlows"][0]["threadFlows"][0]["locations"]:
            place = step["location"]["physicalLocation"]
            print(f'{os.path.basename(place["artifactLocation"]["uri"])}:{place["region"]["startLine"]}')
