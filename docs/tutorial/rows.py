"""Makes rows for edgebert train of a file with a heading, `# label`, above sentences."""

import json
import sys

label = None
for line in sys.stdin:
    if line.startswith("# "):
        label = line[2:].strip()
    elif line.strip():
        print(json.dumps({"text": line.strip(), "label": label}))
