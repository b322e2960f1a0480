"""apps/serve/api/openapi.json as the tests read it: what each operation takes, and whether an answer is as it says."""

import json
import re

import jsonschema

from harness import ROOT

FILE = ROOT / "apps/serve/api/openapi.json"
FRAMING = {"content-length", "content-type", "date", "connection", "keep-alive"}  # headers of HTTP itself


def errors_of(schema, value):
    """What is wrong with the value, a line each."""
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"[:300] for error in jsonschema.Draft202012Validator(schema).iter_errors(value)]


def is_valid(schema, value):
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def whole(node, document):
    """The node with what it refers to in the place of references, and objects that are made of several as one."""
    if isinstance(node, list):
        return [whole(item, document) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = document
        for word in node["$ref"].split("/")[1:]:
            target = target[word]
        return whole(target, document)
    node = {key: whole(value, document) for key, value in node.items()}
    parts = node.get("allOf", [])
    if parts and all("properties" in part for part in parts):
        node["properties"] = {name: rule for part in parts for name, rule in part["properties"].items()}
        node["required"] = [name for part in parts for name in part.get("required", [])]
        node["type"] = "object"
        del node["allOf"]
    return node


def closed(node):
    """The same schema without room for what it does not name: the server says nothing that is not described."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: value if key in ("example", "examples", "contains") else closed(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and ("type" in node or "required" in node):
        node.setdefault("additionalProperties", False)
    return node


class Operation:
    def __init__(self, path, method, described, document):
        self.path, self.method, self.described = path, method.upper(), whole(described, document)
        self.name = described["operationId"]
        self.parameters = self.described.get("parameters", [])
        self.bodies = self.described.get("requestBody", {}).get("content", {})
        self.responses = self.described["responses"]
        # What any request may be answered with stands in one text for all.
        self.of_any_request = set(map(int, re.findall(r"\b[45]\d\d\b", self.responses.get("default", {}).get("description", ""))))

    def parameters_in(self, place):
        return [parameter for parameter in self.parameters if parameter["in"] == place]

    def statuses(self):
        return {int(status) for status in self.responses if status != "default"}

    def faults_of(self, answer):
        """How the answer differs from what is described; nothing: it does not."""
        response = self.responses.get(str(answer.status))
        if response is None and answer.status in self.of_any_request:
            response = self.responses["default"]
        if response is None:
            return [f"status {answer.status} is not described"]
        return [*faults_of_headers(response, answer), *faults_of_body(response, answer)]


def faults_of_headers(response, answer):
    described = {name.lower(): header for name, header in response.get("headers", {}).items()}
    given = {name.lower(): value for name, value in answer.headers.items()}
    faults = [f"the header {name} is missing" for name, header in described.items() if header.get("required") and name not in given]
    for name, value in given.items():
        if name in described:
            schema = described[name]["schema"]
            faults += [f"the header {name}: {error}" for error in errors_of(schema, int(value) if schema["type"] == "integer" else value)]
        elif name not in FRAMING:
            faults.append(f"the header {name} is not described")
    return faults


def faults_of_body(response, answer):
    content = response.get("content", {})
    if not content:
        return ["a body is not described"] if answer.body else []
    media_type = (answer.headers["Content-Type"] or "").split(";")[0]
    if media_type not in content:
        return [f"the media type {media_type} is not described"]
    if not media_type.endswith("json"):
        return []
    value, schema = answer.json(), closed(content[media_type]["schema"])
    if isinstance(value, list) and len(value) > 20:
        value = value[:20]  # one is like another
    return errors_of(schema, value)


class Document:
    def __init__(self):
        self.text = FILE.read_text()
        self.json = json.loads(self.text)
        self.operations = [Operation(path, method, described, self.json)
                           for path, methods in self.json["paths"].items() for method, described in methods.items()]

    def nodes(self):
        """Every object of the document with its place, references followed."""
        seen = [("", whole(self.json, self.json))]
        while seen:
            place, node = seen.pop()
            if isinstance(node, dict):
                yield place, node
            children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
            seen += [(f"{place}/{key}", child) for key, child in children if key not in ("example", "examples")]
