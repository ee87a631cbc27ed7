"""Whether each of these values is what the API reference says.

Reads {"document": …, "schema": "name", "values": […]} and prints what is wrong.
"""

import json
import sys

import jsonschema_rs

asked = json.load(sys.stdin)
schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$ref": f"#/components/schemas/{asked['schema']}",
    "components": asked["document"]["components"],
}
validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
for value in asked["values"]:
    for error in validator.iter_errors(value):
        print(f"{'/'.join(map(str, error.instance_path))}: {error.message}")
