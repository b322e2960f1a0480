"""Requests made from the schemas of openapi.json, valid and broken, and what has to become of each.

What a request is worth is judged by the schemas, not by how it was made: a broken one may turn out to be valid. Some rules no
schema can say; the descriptions say them, and they are spelled out in `Judge`.
"""

import csv
import datetime
import io
import itertools
import json
import math
import re
import urllib.parse

from openapi import is_valid

ODD_VALUES = [None, True, False, 0, -1, 1, 1.5, 2.0, 5, 100, 101, 1000, 1001, 10_000, 10_001, 0.0, -0.0, 5e-324, 1e-9, -5e-324, 1e300, -1e300, 1.7e308, 2**31, 2**63, 2**64,
              10**30, math.nextafter(100, math.inf), math.nextafter(100, 0), "", "0.7", "Ideal", "E", "VVS1", "ideal", "é", "\u0000", "a" * 300, "💎", [], [1], [[1]], ["E"], {},
              {"name": "carat"}, {"carat": 1}]
ODD_TEXTS = ["", "0", "-1", "+1", "1.0", "1e2", "007", "1001", "9223372036854775807", "9223372036854775808", "true", "false", "True", "yes", "all", "predict", "404", "4xx", "999", "6xx",
             "2026-02-30", "2026-11-25", "2026-11-25T25:00:00Z", "2026-11-25T08:00Z", "2026-11-25T08:00:00+01:00", "now", "champion", "none", "é", "a b", "%", "\u0000", "<script>", "'; DROP TABLE exchanges; --",
             "a" * 128, "a" * 129, "..", "a.b"]
OTHER_TYPES = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", "json"]
BREAKS = ["two keys", "method", "compressed", "long address", "long header", "wrong type", "large body"]  # the last two of a body
ID_CHARACTERS = "abcXYZ019-_.:"


class Request:
    def __init__(self, operation):
        self.operation = operation
        self.method = operation.method
        self.path = operation.path  # as it is sent, without the query
        self.query = []             # names and values, as they are meant
        self.headers = {}
        self.body = None            # bytes
        self.statuses = {200}       # one of these is right

    @property
    def target(self):
        return self.path + ("?" + urllib.parse.urlencode(self.query) if self.query else "")

    def __repr__(self):
        return f"{self.method} {self.target[:200]} {({k: v[:80] for k, v in self.headers.items()})} {(self.body or b'')[:1500]!r}"


class Values:
    """Values of a schema, and what comes of changing them."""

    def __init__(self, random):
        self.random = random

    def valid(self, schema):
        """Of a schema without rules between its parts."""
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if "oneOf" in schema and "type" not in schema:
            return self.valid(self.random.choice(schema["oneOf"]))
        types = schema.get("type", "object")
        kind = self.random.choice(types) if isinstance(types, list) else types
        return getattr(self, "valid_" + kind)(schema)

    def valid_null(self, _):
        return None

    def valid_boolean(self, _):
        return self.random.random() < 0.5

    def valid_number(self, schema):
        least = math.nextafter(schema["exclusiveMinimum"], math.inf) if "exclusiveMinimum" in schema else schema.get("minimum", -1e6)
        most = schema.get("maximum", 1e6)
        usual = self.random.uniform(0.3, 5)
        return self.random.choice([least, most, math.nextafter(most, 0), round(usual, 2), usual, self.random.uniform(least, most), self.random.randint(1, 90), *schema.get("examples", [])])

    def valid_integer(self, schema):
        least, most = schema.get("minimum", 0), schema.get("maximum", 1000)
        return self.random.choice([least, most, least + 1, self.random.randint(least, most), *schema.get("examples", [])])

    def valid_string(self, schema):
        if "examples" in schema:
            return self.random.choice(schema["examples"])
        return "".join(self.random.choice(ID_CHARACTERS) for _ in range(self.random.randint(1, 12)))

    def valid_array(self, schema):
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", least + 3), least + 3)
        return [self.valid(schema["items"]) for _ in range(self.random.randint(least, most))]

    def valid_object(self, schema):
        choice = self.random.choice(schema.get("oneOf", [{}]))  # of what else is needed
        needed = {*schema.get("required", []), *choice.get("required", [])}
        left_out = {name for other in schema.get("oneOf", []) for name in other["required"]} - needed
        made = {name: self.valid(rule) for name, rule in schema.get("properties", {}).items()
                if name in needed or name not in left_out and self.random.random() < 0.5}
        if schema.get("additionalProperties", True) and self.random.random() < 0.1:
            made[self.random.choice(["note", "colour", "Carat", "a" * 40, "é", ""])] = self.random.choice(ODD_VALUES)
        return made

    def changed(self, value):
        """A copy with something changed at one place of it."""
        if isinstance(value, (dict, list)) and value and self.random.random() < 0.85:
            copy = dict(value) if isinstance(value, dict) else list(value)
            key = self.random.choice(list(copy)) if isinstance(value, dict) else self.random.randrange(len(copy))
            if self.random.random() < 0.2:
                del copy[key]
            else:
                copy[key] = self.changed(copy[key])
            return copy
        if isinstance(value, list):
            return self.random.choice([[], value * 2, [*value, self.random.choice(ODD_VALUES)], self.random.choice(ODD_VALUES)])
        if isinstance(value, dict):
            return self.random.choice([{}, {**value, "note": self.random.choice(ODD_VALUES)}, self.random.choice(ODD_VALUES)])
        if isinstance(value, str) and self.random.random() < 0.4:
            return self.random.choice([value.lower(), value.upper(), value + " ", value[:-1], " " + value])
        if isinstance(value, (int, float)) and not isinstance(value, bool) and self.random.random() < 0.4:
            return self.random.choice([-value, str(value), math.nextafter(value, math.inf), math.nextafter(value, -math.inf), float(value), value / 1e6, [value]])
        return self.random.choice(ODD_VALUES)

    def changed_text(self, text):
        if not text or self.random.random() < 0.5:
            return self.random.choice(ODD_TEXTS)
        at = self.random.randrange(len(text))
        return text[:at] + self.random.choice(["", "a", "Z", "0", "9", "-", ":", "T", " ", "é", "/", text[at] * 2]) + text[at + 1:]

    def text_for(self, schema):
        """What is written in a query for a valid value."""
        value = self.valid(schema)
        return value if isinstance(value, str) else json.dumps(value)


class Judge:
    """What the schemas say of a request; and the rules that they cannot say."""

    def __init__(self, models):
        self.models = {"champion", *models}  # that the history has

    def parameter_is_valid(self, parameter, text):
        schema = parameter["schema"]
        value = text
        if schema["type"] == "integer" and re.fullmatch(r"-?\d+", text, re.ASCII):
            value = int(text)
        if schema["type"] == "boolean" and text in ("true", "false"):
            value = text == "true"
        return is_valid(schema, value) and not text.endswith("\n") and (parameter["name"] not in ("since", "until") or may_be(text))

    def query_is_valid(self, operation, query):
        """An operation without parameters does not look at the query. One that is empty counts as absent, and the same twice as once."""
        known = {parameter["name"]: parameter for parameter in operation.parameters_in("query")}
        if not known:
            return True
        query = list(dict.fromkeys(query))
        names = [name for name, _ in query]
        if len(set(names)) < len(names) or not set(names) <= set(known):
            return False
        return all(text == "" or self.parameter_is_valid(known[name], text) for name, text in query)

    def model_is_known(self, query):
        asked = dict(query).get("model")
        return not asked or asked in self.models

    def body_is_valid(self, operation, value):
        schema = operation.bodies["application/json"]["schema"]
        if operation.name == "predictBatch":  # a stone that is faulty has a problem in its place
            schema = {**schema, "properties": {"diamonds": {**schema["properties"]["diamonds"], "items": {}}}}
        if not is_valid(schema, value):
            return False
        return not operation.name.startswith("infer") or tensors_fit(value["inputs"])


def may_be(text):
    """Whether there is such a day, and such an hour. What is no time at all is for the schema to say."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-](\d\d):(\d\d)))?", text, re.ASCII)
    if not found:
        return True
    year, month, day, hour, minute, second, zone_hour, zone_minute = (int(group or 0) for group in found.groups())
    try:
        datetime.date(2000 + year % 400, month, day)
    except ValueError:
        return False
    return hour < 24 and minute < 60 and second < 60 and zone_hour < 24 and zone_minute < 60


def tensors_fit(inputs):
    """All are of as many stones as their shape says, and nested either wholly or not at all."""
    for tensor in inputs:
        shape, data = tensor["shape"], tensor["data"]
        nested = {isinstance(element, list) for element in data}
        if shape[0] != len(data) or shape[1:] not in ([], [1]) or len(nested) > 1 or (True in nested and len(shape) == 1):
            return False
    return len({tensor["shape"][0] for tensor in inputs}) == 1


class RequestGenerator:
    """An endless stream of requests for all operations."""

    WEIGHTS = {"POST": 20, "GET": 2}
    MORE = {"logs": 20, "drift": 4, "model": 6, "infer_of_version": 8, "samples": 24}

    def __init__(self, document, models, random):
        self.operations = document.operations
        self.weights = [self.MORE.get(operation.name, self.WEIGHTS[operation.method]) for operation in self.operations]
        self.random, self.values, self.judge, self.models = random, Values(random), Judge(models), models
        self.breaks = {operation.name: itertools.cycle(BREAKS if operation.bodies else BREAKS[:-2]) for operation in self.operations}
        self.methods_at = {path: {operation.method for operation in self.operations if operation.path == path} for path in document.json["paths"]}

    def next(self):
        operation = self.random.choices(self.operations, self.weights)[0]
        request = Request(operation)
        self.add_path(request)
        self.add_query(request)
        if operation.bodies:
            self.add_body(request)
        self.add_headers(request)
        if self.random.random() < (0.06 if operation.bodies else 0.15):
            self.break_at_the_door(request, next(self.breaks[operation.name]))
        return request

    def refuse(self, request, status):
        """For one more reason: whichever is looked at first is told."""
        if request.statuses & {200}:
            request.statuses = set()
        request.statuses.add(status)

    def faulty(self, request):
        """The protocol's word for faulty fields is 400."""
        return 400 if request.operation.path.startswith("/v2") else 422

    def add_path(self, request):
        for parameter in request.operation.parameters_in("path"):
            known = {"diamond"} if parameter["name"] == "name" else {"champion", *self.models}
            word = self.random.choice(sorted(known))
            if self.random.random() < 0.15:
                word = self.values.changed_text(word).replace("/", "") or "none"
            request.path = request.path.replace("{" + parameter["name"] + "}", urllib.parse.quote(word, safe=""))
            if word not in known:
                self.refuse(request, 404)

    def add_query(self, request):
        parameters = request.operation.parameters_in("query")
        for parameter in parameters:
            if self.random.random() < 0.25:
                is_model = parameter["name"] == "model" and request.operation.name != "logs"
                text = self.random.choice([*self.models, "champion"]) if is_model else self.values.text_for(parameter["schema"])
                if self.random.random() < 0.25:
                    text = self.values.changed_text(text)
                request.query.append((parameter["name"], text))
        if self.random.random() < 0.05:
            request.query.append((self.random.choice(["modle", "Limit", "é", "limit[]"]), "1"))
        if request.query and self.random.random() < 0.05:
            name, text = self.random.choice(request.query)
            request.query.append((name, self.random.choice([text, text + "0", ""])))
        if not self.judge.query_is_valid(request.operation, request.query):
            self.refuse(request, 422)
        elif parameters and request.operation.name != "logs" and not self.judge.model_is_known(request.query):
            self.refuse(request, 404)

    def add_body(self, request):
        if "text/csv" in request.operation.bodies and self.random.random() < 0.1:
            return self.add_table(request)
        value = self.body_value(request.operation)
        if self.random.random() < 0.5:
            for _ in range(self.random.choice([1, 1, 1, 2, 3])):
                value = self.values.changed(value)
        request.body = json.dumps(value, ensure_ascii=self.random.random() < 0.5).encode("utf-8", "surrogatepass")
        request.headers["Content-Type"] = self.random.choice(["application/json"] * 6 + ["application/json; charset=utf-8", "Application/JSON", "application/vnd.shop+json"])
        if not self.judge.body_is_valid(request.operation, value):
            self.refuse(request, self.faulty(request))
        elif request.operation.name == "samples":
            request.statuses.add(404)  # the data may have no such stone
        if self.random.random() < 0.12:
            self.break_body(request)

    def body_value(self, operation):
        schema = operation.bodies["application/json"]["schema"]
        value = self.values.valid(schema)
        if operation.name.startswith("infer"):
            value["inputs"] = self.tensors(schema["properties"]["inputs"])
            value["outputs"] = [{"name": name} for name in ("low", "warnings", "predicted_value", "high") if self.random.random() < 0.5]
        return value

    def tensors(self, schema):
        count = self.random.randint(1, 4)
        tensors = []
        for rule in schema["items"]["oneOf"]:
            for name in rule["properties"]["name"]["enum"]:
                if name in ("carat", "cut", "color", "clarity") or self.random.random() < 0.5:
                    element = rule["properties"]["data"]["items"]["oneOf"][0]
                    data = [self.values.valid(element) for _ in range(count)]
                    shape = self.random.choice([[count], [count, 1]])
                    if len(shape) == 2 and self.random.random() < 0.5:
                        data = [[one] for one in data]
                    tensors.append({"name": name, "shape": shape, "datatype": self.values.valid(rule["properties"]["datatype"]), "data": data})
                    if self.random.random() < 0.05:
                        tensors[-1]["parameters"] = self.random.choice([{}, None, {"content_type": "np"}, {"binary_data_size": 8 * count}])
        self.random.shuffle(tensors)
        return tensors

    def add_table(self, request):
        stone = request.operation.bodies["application/json"]["schema"]["properties"]["diamonds"]["items"]
        names = [name for name in stone["properties"] if name in stone["required"] or self.random.random() < 0.7]
        if self.random.random() < 0.2:
            names.remove(self.random.choice(names))
        rows = [[self.values.valid(stone["properties"][name]) for name in names] for _ in range(self.random.randint(0, 4))]
        lines = [[*names, "note"], *([*("" if one is None else str(one) for one in row), 'a "word", and another'] for row in rows)]
        if rows and self.random.random() < 0.3:
            lines[-1][self.random.randrange(len(names))] = str(self.random.choice(ODD_VALUES))  # told in the row's own place
        table = io.StringIO()
        csv.writer(table, quoting=self.random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), lineterminator=self.random.choice(["\n", "\r\n"])).writerows(lines)
        request.body = table.getvalue().encode()
        request.headers["Content-Type"] = self.random.choice(["text/csv", "text/csv; charset=utf-8", "Text/CSV"])
        if not set(stone["required"]) <= set(names) or not rows:
            self.refuse(request, 422)
        elif self.random.random() < 0.1:
            request.body += b'"no end\n'
            self.refuse(request, 400)

    def break_body(self, request):
        """As a whole: what is no JSON object, or not one that is read."""
        text, faulty = request.body, self.faulty(request)
        at = self.random.randrange(1, max(2, len(text)))
        is_object = text.startswith(b"{") and len(text) > 2
        more = b"," if is_object else b""
        broken, status = self.random.choice([
            (b"", 400), (text[:at] if text[:1] in b"{[" else b"{", 400), (b'{"cut":"\xff"' + more + text[1:], 400), (text + b"x", 400), (text.replace(b":", b"", 1) if is_object else b"{:}", 400),
            (b'{"carat":NaN}', 400), (b'{"note":' + b"[" * 40 + b"]" * 40 + b"}", 400), (b"[" * 5000, 400),
            (json.dumps({"note": {str(i): 0 for i in range(257)}}).encode(), 400),
            (b'{"carat":1e999}', faulty), (b'{"note":' + b"9" * 400 + b"}", faulty), (b"[1,2]", faulty), (b"null", faulty), (b'"Ideal"', faulty), (b"17", faulty),
            (b'{"note":1,"note":2,"cut":"Ideal","cut":"Fair"}', faulty)])
        request.body = broken
        if request.operation.name == "samples":
            request.statuses.discard(404)
        self.refuse(request, status)

    def add_headers(self, request):
        headers, chance = request.headers, self.random.random()
        if chance < 0.3:
            headers["X-Request-Id"] = self.values.valid_string({})
        elif chance < 0.4:
            headers["X-Request-Id"] = self.random.choice(["a b", "x" * 129, "<script>", "x" * 128])
        if self.random.random() < 0.1:
            headers["traceparent"] = self.random.choice(["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
        if self.random.random() < 0.05:
            headers["Authorization"] = "Bearer nobody-asks-for-it"
        if any(parameter["name"] == "If-None-Match" for parameter in request.operation.parameters) and self.random.random() < 0.4:
            headers["If-None-Match"] = self.random.choice(["*", '"another"', "nonsense"])
            if headers["If-None-Match"] == "*" and request.statuses == {200}:
                request.statuses = {304}

    def break_at_the_door(self, request, how):
        """Whatever else is asked: it is not looked at."""
        if how == "method":
            request.method = self.random.choice(sorted({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - self.methods_at[request.operation.path]))
            request.statuses = {405}
        elif how == "compressed":
            request.headers["Content-Encoding"], request.statuses = "gzip", {415}
        elif how == "two keys":
            request.headers |= {"Authorization": "Bearer one", "X-API-Key": "other"}
            request.statuses = {400}
        elif how == "long address":
            request.query.append(("note", "a" * 9000))
            request.statuses = {414}
        elif how == "long header":
            request.headers["X-Note"], request.statuses = "a" * 17_000, {431}
        elif how == "large body":
            size = 1_050_000 if request.operation.name in ("predict", "samples") else 4_200_000
            request.body, request.statuses = b" " * size, {413}
        elif how == "wrong type":
            request.headers["Content-Type"] = self.random.choice(OTHER_TYPES)
            self.refuse(request, 415)
