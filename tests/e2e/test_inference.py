"""The Open Inference Protocol over real sockets: what the clients of Triton and KServe send, and what they read of the answers.

Their packages are neither on Debian nor on npm: `Triton` sends what tritonclient.http sends, and KServe's test what its InferenceRESTClient does.
"""

import json
import unittest

from harness import STONE, Case

BYTES = ("cut", "color", "clarity")
MODEL = "/v2/models/diamond"


def tensors(stones, datatype="FP64"):
    """A column for each field, as (name, datatype, values)."""
    return [(name, "BYTES" if name in BYTES else datatype, [stone[name] for stone in stones]) for name in stones[0]]


class Triton:
    """Sends no Content-Type, asks for each output by itself or for all as binary data, reads `error` of whatever is not 200."""

    def __init__(self, server):
        self.server = server

    def is_ready(self, path):
        return self.server.ask("GET", path).status == 200

    def infer(self, columns, outputs=(), request_id="", binary_data=False, path=MODEL + "/infer"):
        raw = b""
        inputs = []
        for name, datatype, values in columns:
            one = {"name": name, "shape": [len(values)], "datatype": datatype}
            if binary_data and datatype == "FP64":
                raw += bytes(8 * len(values))
                one["parameters"] = {"binary_data_size": 8 * len(values)}
            else:
                one["data"] = values
            inputs.append(one)
        request = {"id": request_id} if request_id else {}
        request["inputs"] = inputs
        if outputs:
            request["outputs"] = [{"name": name, "parameters": {"binary_data": False}} for name in outputs]
        else:
            request["parameters"] = {"binary_data_output": True}
        text = json.dumps(request).encode()
        return self.server.ask("POST", path, text + raw, {"Inference-Header-Content-Length": str(len(text))} if raw else {})


class Inference(Case):
    def setUp(self):
        super().setUp()
        self.manifest = self.train_small()
        self.server = self.serve_sqlite()
        self.triton = Triton(self.server)
        self.stones = [STONE, {**STONE, "carat": 0.7, "cut": "Good", "x": 5.6, "y": 5.7, "z": 3.5}]

    def price(self, stone):
        return self.server.ask("POST", "/predict", stone).json()["predicted_value"]

    def test_tritons_client(self):
        self.assertTrue(self.triton.is_ready("/v2/health/live"))
        self.assertTrue(self.triton.is_ready("/v2/health/ready"))
        self.assertTrue(self.triton.is_ready(MODEL + "/ready"))
        self.assertTrue(self.triton.is_ready(f"{MODEL}/versions/{self.manifest['id']}/ready"))
        self.assertFalse(self.triton.is_ready("/v2/models/ruby/ready"))
        answer = self.triton.infer(tensors(self.stones), ["low", "predicted_value"], "7")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/json"))
        self.assertNotIn("Inference-Header-Content-Length", answer.headers)
        result = answer.json()
        self.assertEqual((result["model_name"], result["model_version"], result["id"]), ("diamond", self.manifest["id"], "7"))
        self.assertEqual([output["name"] for output in result["outputs"]], ["low", "predicted_value"])
        self.assertEqual(result["outputs"][1], {"name": "predicted_value", "shape": [2], "datatype": "FP64", "data": [self.price(s) for s in self.stones]})
        self.assertEqual([output["name"] for output in self.triton.infer(tensors(self.stones)).json()["outputs"]],
                         ["predicted_value", "low", "high", "warnings"])

    def test_tritons_client_that_sends_binary_data_is_told_how_not_to(self):
        answer = self.triton.infer(tensors(self.stones), binary_data=True)
        self.assertEqual(answer.status, 400)
        self.assertIn("binary_data=False", answer.json()["error"])

    def test_kserves_client(self):
        self.assertIs(self.server.ask("GET", "/v2/health/live").json().get("live"), True)
        self.assertIs(self.server.ask("GET", "/v2/health/ready").json().get("ready"), True)
        self.assertEqual(self.server.ask("GET", MODEL + "/ready").status, 200)
        few = [{name: stone[name] for name in ("carat", *BYTES)} for stone in self.stones]
        request = {"id": "5e3a", "inputs": [{"name": n, "shape": [len(v), 1], "datatype": t, "data": v} for n, t, v in tensors(few, "FP32")],
                   "parameters": {"content_type": "pd"}}
        result = self.server.ask("POST", MODEL + "/infer", json.dumps(request).encode()).json()
        self.assertEqual(result["id"], "5e3a")
        self.assertEqual(result["outputs"][0]["data"], [self.price(s) for s in few])
        self.assertIn("depth is not given", result["outputs"][3]["data"][0])
        wrong = self.server.ask("POST", MODEL + "/infer", json.dumps({"inputs": request["inputs"][1:]}).encode())
        self.assertEqual((wrong.status, wrong.headers["Content-Type"]), (400, "application/json"))
        self.assertEqual(wrong.json(), {"error": "inputs: carat is missing"})

    def test_what_is_offered_can_be_asked_for(self):
        metadata = self.server.ask("GET", MODEL).json()
        values = {name: [value] for name, value in STONE.items()}
        request = {"inputs": [{**one, "shape": [1], "data": values[one["name"]]} for one in metadata["inputs"]],
                   "outputs": [{"name": one["name"]} for one in metadata["outputs"]]}
        for version in metadata["versions"]:
            answer = self.server.ask("POST", f"{MODEL}/versions/{version}/infer", request)
            self.assertEqual(answer.status, 200)
            self.assertEqual([(o["name"], o["datatype"]) for o in answer.json()["outputs"]], [(o["name"], o["datatype"]) for o in metadata["outputs"]])

    def test_inferences_are_in_the_log_with_those_that_failed(self):
        self.triton.infer(tensors(self.stones), request_id="a\u0000b")
        self.triton.infer([("carat", "FP64", [1.0])], request_id="faulty")
        self.triton.infer(tensors(self.stones), path="/v2/models/ruby/infer")
        log = self.server.ask("GET", "/logs?endpoint=infer").json()
        self.assertEqual([entry["status"] for entry in log], [404, 400, 200])
        self.assertEqual([entry["model_id"] for entry in log], [None, None, self.manifest["id"]])
        self.assertEqual(log[1]["request"]["id"], "faulty")
        self.assertEqual(log[2]["response"]["outputs"][0]["name"], "predicted_value")
        self.assertEqual(self.server.ask("GET", "/logs").json(), [])

    def test_a_server_without_a_model_lives_and_is_not_ready(self):
        server = self.serve("--database", f"sqlite:{self.folder}/other.db", "--model", "20261124T080000Z-linear-000000")
        self.assertEqual(server.ask("GET", "/v2/health/live").status, 200)
        for path in ("/v2/health/ready", MODEL + "/ready"):
            answer = server.ask("GET", path)
            self.assertEqual((answer.status, answer.json()["ready"]), (503, False))
        self.assertIn("no model is in service", Triton(server).infer(tensors(self.stones)).json()["error"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
