"""The reference as Markdown: what the programs themselves read, written down by themselves or by their JSON Schemas."""

import json
import re


def cell(text):
    """Text in a cell of a table; `code` stays code."""
    return re.sub(r"([|<>*_\[\]])", r"\\\1", text) if "`" not in text else text.replace("|", "\\|")


def code(value):
    return "`" + (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).replace("|", "\\|") + "`"


def whole(node, document):
    """The schema with what it refers to in the place of references; what stands beside a reference beats it."""
    if isinstance(node, list):
        return [whole(item, document) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = document
        for word in node["$ref"].split("/")[1:]:
            target = target[word]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: whole(value, document) for key, value in node.items()}


def type_of(schema):
    """"integer, 0 to 65535", "`each` or `merged`"."""
    if "const" in schema:
        return code(schema["const"])
    if "enum" in schema:
        return ", ".join(code(word) for word in schema["enum"])
    kinds = schema.get("type", "any")
    words = kinds if isinstance(kinds, str) else " or ".join(kinds)
    items = schema.get("items", {})
    if words == "array" and ("enum" in items or "type" in items):
        words = "array of " + type_of(items)
    return words + range_of(schema)


def range_of(schema):
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    number = lambda value: f"{value:,}" if isinstance(value, int) else str(value)
    words = [f"{number(least)} to {number(most)}"] if least is not None and most is not None else [
        f"at least {number(least)}" if least is not None else "", f"at most {number(most)}" if most is not None else ""]
    words += [f"above {number(above)}" if above is not None else "", f"below {number(below)}" if below is not None else ""]
    words += [f"at least {schema['minItems']} of them" if "minItems" in schema else ""]
    return "".join(", " + word for word in words if word)


def keys_of(schema, path=""):
    """(path, schema, whether it has to be there) of each key, those of objects inside it after it: "models[].tuning.trials"."""
    for name, inner in schema.get("properties", {}).items():
        if name == "$schema":
            continue
        here = f"{path}.{name}" if path else name
        yield here, inner, name in schema.get("required", [])
        yield from keys_of(inner, here)
        yield from keys_of(inner.get("items", {}), here + "[]")


def default_of(schema, required):
    if "default" in schema:
        return code(schema["default"])
    return "required" if required else ""


def settings(schema):
    lines = ["| key | type | default | what |", "|---|---|---|---|"]
    for path, inner, required in keys_of(schema):
        lines.append(f"| {code(path)} | {type_of(inner)} | {default_of(inner, required)} | {cell(inner.get('description', ''))} |")
    return "\n".join(lines) + "\n\n"


def members(schema):
    lines = ["| member | type | what |", "|---|---|---|"]
    for path, inner, required in keys_of(schema):
        description = inner.get("description", "") + ("" if required else " May be missing.")
        lines.append(f"| {code(path)} | {type_of(inner)} | {cell(description)} |")
    return "\n".join(lines) + "\n\n"


def configuration(title, intro, schema):
    return f"# {title}\n\n{intro}\n\n{schema['title']}. A key that is not named here is an error, with its place.\n\n" + settings(schema)


def training(schema, original, kinds):
    text = configuration("Training configuration", "`config/training_pipeline.json`, or what `--config` names. "
                         "[For the data scientist](../data-scientist.md#configure) says how it is used.", schema)
    text += "## Parameters of each kind\n\nWhat `models[].params` may hold. The members of a `blend` have them too.\n\n"
    for kind in kinds:
        text += f"### Kind {kind['kind']}\n\n{cell(kind['summary'])}\n\n"
        text += settings(kind["params_schema"])
        if kind["params_schema"].get("additionalProperties") is not False:
            text += "Every other parameter is handed to the library behind it.\n\n"
    return text + "## The original service's form\n\nFiles of the original Python service are read too: " \
                  "[what is what](../data-scientist.md#the-notebook-and-the-original-service).\n\n" + settings(original)


def service(schema, original):
    text = configuration("Service configuration", "`config/api.json`, or what `--config` names. "
                         "Each key is an [option and a variable](diamond-serve.md#options) as well: option beats variable beats file.", schema)
    return text + "## The original service's form\n\n" + settings(original)


def keys(schema):
    return configuration("Keys of clients", "The file that `--api-keys` names, written by [`diamond-serve keys`](diamond-serve.md#commands). "
                         "[For the operator](../operator.md#keys) says how it is used.", schema)


def manifest(openapi):
    """`GET /models/{id}` answers with a manifest and whether it is the champion."""
    schema = whole(openapi["components"]["schemas"]["Model"], openapi)
    schema = {**schema, "properties": {name: inner for name, inner in schema["properties"].items() if name != "champion"}}
    return ("# manifest.json\n\nWhat a model is: what it was trained on, how, and how well. It stands in the model's folder in the history, "
            "`artifacts/models/ID/manifest.json`; `diamond-train show ID --json` prints it, and [`GET /models/{id}`](../web-developer.md#models) answers with it.\n\n"
            + members(schema))
