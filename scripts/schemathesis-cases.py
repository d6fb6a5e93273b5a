"""Says what a report of Schemathesis holds, and fails where fewer cases were run than there should be.

usage: schemathesis-cases.py REPORT LEAST
"""

import json
import sys

path, least = sys.argv[1], int(sys.argv[2])
with open(path, encoding="utf-8") as file:
    report = json.load(file)
cases, operations = report["test_cases"], report["operations"]
print(f"{cases['generated']} cases over {operations['tested']} operations, {cases['unique_failures']} failures")
skipped = operations["total"] - operations["tested"]
if skipped or cases["errored"] or cases["generated"] < least:
    sys.exit(f"too little was tested: at least {least} cases and every operation are wanted")
