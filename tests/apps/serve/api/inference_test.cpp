#include "api/api.h"
#include "api/endpoints.h"
#include "catch.h"
#include "support/keys.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <diamond/core/version.h>

#include <algorithm>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// As the program puts the endpoints together.
std::vector<Endpoint> endpoints(const Models& models, const ModelRegistry& registry,
                                const TrafficStore& store, const Trouble& recording,
                                const Gate& gate) {
  std::vector<Endpoint> all = inference_endpoints(models, registry);
  for (std::vector<Endpoint> more : {health_endpoints(models.keeper, store, recording, gate),
                                     std::vector{batch_endpoint(models), predict_endpoint(models)}})
    for (Endpoint& endpoint : more) all.push_back(std::move(endpoint));
  return all;
}

template <class History>
struct Served : History {
  ModelKeeper keeper{this->registry, this->catalog, ChampionChoice{}, this->log};
  ModelShelf shelf{this->registry, this->catalog, keeper, this->log};
  MemoryStore store;
  Trouble recording{this->log, "exchanges cannot be recorded", "exchanges are recorded again"};
  Gate gate{Reach::this_machine};
  Api api{endpoints({keeper, shelf}, this->registry, store, recording, gate),
          {},
          gate,
          store,
          recording,
          this->log};

  [[nodiscard]] Answer answer(const Request& request) const { return api.reply(request).answer; }
  [[nodiscard]] Json json(const std::string& path) const {
    return Json::parse(answer(get(path)).body);
  }
};

using Fixture = Served<TrainedHistory>;

Json tensor(const std::string& name, const std::string& datatype, const Json& data) {
  return {{"name", name}, {"shape", {data.size()}}, {"datatype", datatype}, {"data", data}};
}

/// All nine, the stones' columns.
Json inputs_of(const std::vector<Diamond>& stones) {
  Json inputs = Json::array();
  for (const Quantity quantity : stone_quantities) {
    Json data = Json::array();
    for (const Diamond& one : stones) data.push_back(value_of(one, quantity));
    inputs.push_back(tensor(std::string(info(quantity).name), "FP64", data));
  }
  Json cuts = Json::array();
  Json colors = Json::array();
  Json clarities = Json::array();
  for (const Diamond& one : stones) {
    cuts.push_back(name_of(one.cut));
    colors.push_back(name_of(one.color));
    clarities.push_back(name_of(one.clarity));
  }
  inputs.push_back(tensor("cut", "BYTES", cuts));
  inputs.push_back(tensor("color", "BYTES", colors));
  inputs.push_back(tensor("clarity", "BYTES", clarities));
  return inputs;
}

/// Two stones, of which only what has to be said is said.
Json least() {
  return {{"inputs",
           {tensor("carat", "FP64", {0.5, 0.7}), tensor("cut", "BYTES", {"Ideal", "Good"}),
            tensor("color", "BYTES", {"G", "E"}), tensor("clarity", "BYTES", {"VS2", "SI1"})}}};
}

/// `least` with one member of one of its inputs replaced.
Json least_with(std::size_t input, const char* member, const Json& value) {
  Json body = least();
  body["inputs"][input][member] = value;
  return body;
}

Request asking(const Json& body, const std::string& path = "/v2/models/diamond/infer") {
  return post(path, body.dump());
}

Json data_of(const Answer& answer, const std::string& output) {
  const Json json = Json::parse(answer.body);
  for (const Json& one : json.at("outputs"))
    if (one.at("name") == output) return one.at("data");
  return nullptr;
}

/// What is refused with 400, and says so in the protocol's form.
void check_refused(const Fixture& f, const Request& request,
                   std::initializer_list<std::string_view> says) {
  const Answer answer = f.answer(request);
  CHECK(answer.status == 400);
  CHECK(answer.content_type == "application/json");
  const Json json = Json::parse(answer.body);
  CHECK(json.size() == 1);
  check_says(json.at("error").get<std::string>(), says);
}
void check_refused(const Fixture& f, const Json& body,
                   std::initializer_list<std::string_view> says) {
  check_refused(f, asking(body), says);
}

}  // namespace

TEST_CASE("stones in tensors have the prices that they have in a batch") {
  const Fixture f;
  std::vector<Diamond> stones;
  Json batch = Json::array();
  for (std::size_t i = 0; i < 20; ++i) {
    stones.push_back(f.stones[i].stone);
    const Diamond& s = stones.back();
    batch.push_back({{"carat", s.carat},
                     {"cut", name_of(s.cut)},
                     {"color", name_of(s.color)},
                     {"clarity", name_of(s.clarity)},
                     {"depth", s.depth},
                     {"table", s.table},
                     {"x", s.x},
                     {"y", s.y},
                     {"z", s.z}});
  }
  const Answer answer = f.answer(asking({{"id", "42"}, {"inputs", inputs_of(stones)}}));
  REQUIRE(answer.status == 200);
  const Json json = Json::parse(answer.body);
  CHECK(json["model_name"] == "diamond");
  CHECK(json["model_version"] == f.champion);
  CHECK(json["id"] == "42");
  REQUIRE(json["outputs"].size() == 4);
  for (const Json& output : json["outputs"]) {
    CHECK(output["shape"] == Json::array({20}));
    CHECK(output["datatype"] == (output["name"] == "warnings" ? "BYTES" : "FP64"));
  }
  const Json expected = Json::parse(
      f.answer(post("/predict/batch", Json{{"diamonds", batch}}.dump())).body)["predictions"];
  for (std::size_t i = 0; i < stones.size(); ++i) {
    CHECK(data_of(answer, "predicted_value")[i] == expected[i]["predicted_value"]);
    CHECK(data_of(answer, "low")[i] == expected[i]["interval"]["low"]);
    CHECK(data_of(answer, "high")[i] == expected[i]["interval"]["high"]);
    CHECK(data_of(answer, "warnings")[i].get<std::string>().empty() ==
          expected[i]["warnings"].empty());
  }
}

TEST_CASE("tensors of proportions and size may be left out, and what was assumed is said") {
  const Fixture f;
  const Answer answer = f.answer(asking(least()));
  REQUIRE(answer.status == 200);
  CHECK_FALSE(Json::parse(answer.body).contains("id"));
  const Json alone = Json::parse(
      f.answer(post("/predict", R"({"carat":0.7,"cut":"Good","color":"E","clarity":"SI1"})")).body);
  CHECK(data_of(answer, "predicted_value")[1] == alone["predicted_value"]);
  check_says(data_of(answer, "warnings")[1].get<std::string>(),
             {"depth is not given", "; ", "z is not given"});
}

TEST_CASE("a column is a tensor too, and its data flat or nested") {
  const Fixture f;
  const std::string expected = f.answer(asking(least())).body;
  Json body = least_with(0, "shape", {2, 1});
  CHECK(f.answer(asking(body)).body == expected);
  body["inputs"][0]["data"] = Json::parse("[[0.5], [0.7]]");
  CHECK(f.answer(asking(body)).body == expected);
  body["inputs"][1]["shape"] = {2, 1};
  body["inputs"][1]["data"] = Json::parse(R"([["Ideal"], ["Good"]])");
  CHECK(f.answer(asking(body)).body == expected);
}

TEST_CASE("numbers of all types are taken") {
  const Fixture f;
  Json body = least();
  body["inputs"].push_back(tensor("table", "FP64", {55, 57}));
  const std::string expected = f.answer(asking(body)).body;
  for (const char* type :
       {"FP32", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"}) {
    INFO(type);
    body["inputs"][4]["datatype"] = type;
    const Answer answer = f.answer(asking(body));
    CHECK(answer.status == 200);
    CHECK(answer.body == expected);
  }
}

TEST_CASE("parameters are ignored, and what may be left out may be null") {
  const Fixture f;
  const std::string expected = f.answer(asking(least())).body;
  Json body = least();
  body["id"] = nullptr;
  body["outputs"] = nullptr;
  body["model_name"] = "diamond";
  body["parameters"] = {{"binary_data_output", true}, {"timeout", 7}};
  body["inputs"][0]["parameters"] = {{"content_type", "np"}};
  body["inputs"][1]["parameters"] = nullptr;
  CHECK(f.answer(asking(body)).body == expected);
}

TEST_CASE("outputs are those that are asked for, in that order") {
  const Fixture f;
  Json body = least();
  body["outputs"] = {{{"name", "high"}, {"parameters", {{"binary_data", false}}}},
                     {{"name", "predicted_value"}}};
  const Json outputs = Json::parse(f.answer(asking(body)).body)["outputs"];
  REQUIRE(outputs.size() == 2);
  CHECK(outputs[0]["name"] == "high");
  CHECK(outputs[1]["name"] == "predicted_value");
  body["outputs"] = Json::array();
  CHECK(f.answer(asking(body)).body == f.answer(asking(least())).body);
}

TEST_CASE("an output that there is not, or that is asked for twice, is refused") {
  const Fixture f;
  Json body = least();
  body["outputs"] = Json::array({Json{{"name", "price"}}});
  check_refused(f, body, {"'price' is not an output", "predicted_value, low, high, warnings"});
  body["outputs"] = {{{"name", "low"}}, {{"name", "low"}}};
  check_refused(f, body, {"'low' is asked for more than once"});
  body["outputs"] = Json::array({Json{{"names", "low"}}});
  check_refused(f, body, {"outputs[0]: name is missing"});
  body["outputs"] = "low";
  check_refused(f, body, {"outputs must be an array"});
}

TEST_CASE("a model without intervals has no such outputs") {
  EmptyHistory few;  // of so few stones no interval can be learned
  few.stones.resize(20);
  (void)few.train();
  const ModelKeeper keeper(few.registry, few.catalog, ChampionChoice{}, few.log);
  ModelShelf shelf(few.registry, few.catalog, keeper, few.log);
  const std::vector<Endpoint> all = inference_endpoints({keeper, shelf}, few.registry);
  const auto endpoint = [&](const std::string& path) {
    return *std::find_if(all.begin(), all.end(),
                         [&](const Endpoint& one) { return one.path == path; });
  };
  const auto names = [](const Outcome& outcome) {
    std::vector<std::string> found;
    const Json outputs = Json::parse(outcome.answer.body)["outputs"];
    for (const Json& output : outputs) found.push_back(output["name"]);
    return found;
  };
  const std::vector<std::string> expected = {"predicted_value", "warnings"};
  CHECK(names(endpoint("/v2/models/{name}").answer(get("/v2/models/diamond"))) == expected);
  const Endpoint infer = endpoint("/v2/models/{name}/infer");
  CHECK(names(infer.answer(asking(least()))) == expected);
  Json body = least();
  body["outputs"] = Json::array({Json{{"name", "low"}}});
  const Problem problem = problem_of([&] { (void)infer.answer(asking(body)); });
  CHECK(problem.status == 400);
  check_says(problem.detail, {"'low' is not an output", "it has predicted_value, warnings"});
}

TEST_CASE("a tensor that is not as it must be is refused by its name") {
  const Fixture f;
  check_refused(f, least_with(0, "name", "carrat"),
                {"inputs[0]: 'carrat' is not an input: did you mean 'carat'?"});
  check_refused(f, least_with(1, "name", "price of it"), {"inputs[1]", "inputs are carat, cut"});
  check_refused(f, least_with(1, "name", 7), {"inputs[1]: name must be text"});
  check_refused(f, least_with(0, "datatype", "BYTES"),
                {"carat: datatype must be FP64 or FP32", "not 'BYTES'"});
  check_refused(f, least_with(1, "datatype", "FP64"), {"cut: datatype must be BYTES, not 'FP64'"});
  check_refused(f, least_with(0, "datatype", "FP16"), {"carat: datatype", "'FP16'"});
  check_refused(f, least_with(1, "datatype", nullptr), {"cut: datatype is missing"});
  check_refused(f, least_with(1, "name", "carat"), {"carat: datatype must be"});
  Json body = least();
  body["inputs"].push_back(body["inputs"][0]);
  check_refused(f, body, {"carat is given more than once"});
  body["inputs"][4] = 7;
  check_refused(f, body, {"inputs[4] must be an object"});
}

TEST_CASE("a shape that is none, or does not fit, is refused") {
  const Fixture f;
  for (const char* shape : {"[]", "[0]", "[-1]", "[10001]", "[2, 2]", "[1, 2]", "[2, 1, 1]", "2",
                            "[2.5]", "[1e300]", "[\"2\"]", "[true]"}) {
    INFO(shape);
    check_refused(f, least_with(2, "shape", Json::parse(shape)),
                  {"color: shape must be [n] or [n, 1] with n from 1 to 10000, not '"});
  }
  check_refused(f, least_with(2, "shape", nullptr), {"color: shape is missing"});
  check_refused(f, least_with(2, "shape", {3}), {"color: data has 2 elements, its shape says 3"});
  Json body = least();
  body["inputs"][2] = tensor("color", "BYTES", {"E"});
  check_refused(f, body, {"color: shape has 1 stones, that of carat has 2"});
}

TEST_CASE("a whole number is one, however it is written") {
  const Fixture f;
  const std::string expected = f.answer(asking(least())).body;
  for (const char* shape : {"[2.0]", "[2e0, 1.0]"})
    CHECK(f.answer(asking(least_with(0, "shape", Json::parse(shape)))).body == expected);
}

TEST_CASE("parameters that are none are refused, wherever they stand") {
  const Fixture f;
  Json body = least();
  body["parameters"] = 5;
  check_refused(f, body, {"request: parameters must be an object"});
  check_refused(f, least_with(1, "parameters", "none"), {"cut: parameters must be an object"});
  body = least();
  body["outputs"] = {{{"name", "low"}, {"parameters", Json::array()}}};
  check_refused(f, body, {"outputs[0]: parameters must be an object"});
}

TEST_CASE("data that is none is refused") {
  const Fixture f;
  check_refused(f, least_with(0, "data", nullptr), {"carat: data is missing"});
  check_refused(f, least_with(0, "data", "0.5"), {"carat: data must be an array"});
  check_refused(f, least_with(0, "data", {0.5, nullptr}), {"carat[1] is null"});
  check_refused(f, least_with(0, "data", Json::parse("[[0.5], [0.7]]")),
                {"carat[0] must be a number, not an array"});
  Json body = least_with(0, "shape", {2, 1});
  body["inputs"][0]["data"] = Json::parse("[[0.5], 0.7]");
  check_refused(f, body, {"carat[1] must be an array of one element"});
  body["inputs"][0]["data"] = Json::parse("[[0.5], [0.7, 0.8]]");
  check_refused(f, body, {"carat[1] must be an array of one element"});
}

TEST_CASE("a stone that is none is refused by tensor and index") {
  const Fixture f;
  check_refused(f, least_with(1, "data", {"Ideal", "good"}),
                {"cut[1] 'good' is not a cut grade: did you mean 'Good'?"});
  check_refused(f, least_with(1, "data", {5, "Good"}), {"cut[0] must be text, not a number"});
  Json body = least_with(0, "data", {0.5, -1});
  body["inputs"][3]["data"][1] = "flawless";
  check_refused(f, body, {"carat[1] must be above 0", "; clarity[1] 'flawless'"});
}

TEST_CASE("inputs that have to be there are named") {
  const Fixture f;
  for (std::size_t i = 0; i < 4; ++i) {
    Json body = least();
    const std::string name = body["inputs"][i]["name"];
    body["inputs"].erase(i);
    check_refused(f, body, {"inputs: " + name + " is missing"});
  }
  check_refused(f, Json::object(), {"inputs is missing"});
  check_refused(f, Json{{"inputs", Json::array()}}, {"inputs must have 1 to 9 elements"});
}

TEST_CASE("a body that is no request of the protocol is refused in its form") {
  const Fixture f;
  const std::string path = "/v2/models/diamond/infer";
  check_refused(f, post(path, "{"), {"not JSON"});
  check_refused(f, post(path, "[]"), {"must be a JSON object"});
  Json body = least();
  body["id"] = 42;
  check_refused(f, body, {"id must be text"});
  Request request = asking(least());
  request.content_type = "application/x-www-form-urlencoded";
  CHECK(f.answer(request).status == 415);
  CHECK(Json::parse(f.answer(request).body).contains("error"));
}

TEST_CASE("binary tensor data is refused and how to do without it is said") {
  const Fixture f;
  Json body = least_with(0, "parameters", {{"binary_data_size", 16}});
  body["inputs"][0].erase("data");
  check_refused(f, body, {"carat: binary tensor data is not taken here", "binary_data=False"});
  Request request = asking(body);
  request.body += std::string(16, '\0');  // as Triton's client sends it
  check_refused(f, request, {"binary tensor data is not taken here", "binary_data=False"});
  request.content_type = "application/octet-stream";  // as KServe's does
  check_refused(f, request, {"binary tensor data is not taken here"});
}

TEST_CASE("as many stones as a batch may have are taken") {
  const Fixture f;
  const std::vector<Diamond> stones(10'000, stone().stone);
  const Answer answer = f.answer(asking({{"inputs", inputs_of(stones)}}));
  REQUIRE(answer.status == 200);
  CHECK(data_of(answer, "predicted_value").size() == 10'000);
}

TEST_CASE("any version is asked by its id, and says which it was") {
  const Fixture f;
  for (const std::string& id : {f.champion, f.other}) {
    const Answer answer = f.answer(asking(least(), "/v2/models/diamond/versions/" + id + "/infer"));
    REQUIRE(answer.status == 200);
    CHECK(Json::parse(answer.body)["model_version"] == id);
  }
}

TEST_CASE("a model or version that there is not is 404 in the protocol's form") {
  const Fixture f;
  const auto error = [&](const Request& request) {
    const Answer answer = f.answer(request);
    CHECK(answer.status == 404);
    CHECK(answer.content_type == "application/json");
    return Json::parse(answer.body).at("error").get<std::string>();
  };
  for (const char* end : {"", "/ready"}) {
    check_says(error(get(std::string("/v2/models/ruby") + end)), {"no model 'ruby'", "diamond"});
    check_says(error(get(std::string("/v2/models/diamond/versions/7") + end)), {"GET /models"});
    check_says(error(get(std::string("/v2/models/ruby/versions/7") + end)), {"no model 'ruby'"});
  }
  check_says(error(asking(least(), "/v2/models/ruby/infer")), {"no model 'ruby'"});
  check_says(error(asking(least(), "/v2/models/diamond/versions/7/infer")),
             {"no model of this id"});
  check_says(error(get("/v2/nothing")), {"nothing at this address"});
}

TEST_CASE("the server and the model say what they are") {
  const Fixture f;
  for (const char* path : {"/v2", "/v2/"})
    CHECK(f.json(path) ==
          Json({{"name", "diamond-serve"}, {"version", version()}, {"extensions", Json::array()}}));
  const Json model = f.json("/v2/models/diamond");
  CHECK(model["name"] == "diamond");
  CHECK(model["platform"] == "diamond_linear");
  std::vector<std::string> ids;
  for (const Manifest& manifest : f.registry.history().models) ids.push_back(manifest.id);
  CHECK(model["versions"] == Json(ids));
  REQUIRE(model["inputs"].size() == 9);
  for (std::size_t i = 0; i < field_count; ++i) {
    CHECK(model["inputs"][i]["name"] == field_names[i]);
    CHECK(model["inputs"][i]["datatype"] == (i >= 1 && i <= 3 ? "BYTES" : "FP64"));
    CHECK(model["inputs"][i]["shape"] == Json::array({-1}));
  }
  CHECK(model["outputs"][0] ==
        Json({{"name", "predicted_value"}, {"datatype", "FP64"}, {"shape", Json::array({-1})}}));
  CHECK(f.json("/v2/models/diamond/versions/" + f.other) == model);
}

TEST_CASE("who asks is told whether the server lives and is ready") {
  Fixture f;
  CHECK(f.json("/v2/health/live") == Json({{"live", true}}));
  CHECK(f.json("/v2/health/ready") == Json({{"live", true}, {"ready", true}}));
  f.recording.meet("the disk is full");
  CHECK(f.answer(get("/v2/health/live")).status == 200);
  CHECK(f.answer(get("/v2/health/ready")).status == 503);
  CHECK(f.json("/v2/health/ready") == Json({{"live", true}, {"ready", false}}));
}

TEST_CASE("a model is ready where it can be served") {
  const Fixture f;
  const std::string other = "/v2/models/diamond/versions/" + f.other + "/ready";
  for (const std::string& path : {std::string("/v2/models/diamond/ready"), other}) {
    CHECK(f.answer(get(path)).status == 200);
    CHECK(f.json(path) == Json({{"name", "diamond"}, {"ready", true}}));
  }
  const Fixture damaged;
  damaged.damage(damaged.other);
  const Answer answer =
      damaged.answer(get("/v2/models/diamond/versions/" + damaged.other + "/ready"));
  CHECK(answer.status == 503);
  CHECK(Json::parse(answer.body) == Json({{"name", "diamond"}, {"ready", false}}));
}

TEST_CASE("without a model in service nothing is ready, and the protocol's errors say why") {
  const Served<EmptyHistory> f;
  CHECK(f.answer(get("/v2/health/ready")).status == 503);
  CHECK(f.json("/v2/health/ready")["ready"] == false);
  CHECK(f.answer(get("/v2/models/diamond/ready")).status == 503);
  CHECK(f.json("/v2/models/diamond/ready") == Json({{"name", "diamond"}, {"ready", false}}));
  CHECK(f.answer(get("/v2")).status == 200);
  for (const Request& request : {asking(least()), get("/v2/models/diamond")}) {
    const Answer answer = f.answer(request);
    CHECK(answer.status == 503);
    check_says(Json::parse(answer.body).at("error").get<std::string>(), {"no model is in service"});
  }
}

TEST_CASE("inference is recorded, health and metadata are not") {
  Fixture f;
  const std::string model = "/v2/models/diamond";
  for (const std::string& path :
       {std::string("/v2"), std::string("/v2/health/live"), std::string("/v2/health/ready"), model,
        model + "/ready", model + "/versions/" + f.other,
        model + "/versions/" + f.other + "/ready"})
    CHECK_FALSE(f.api.reply(get(path)).record.has_value());
  Reply reply = f.api.reply(asking(least()));
  CHECK(reply.tally.endpoint == "infer");
  CHECK(reply.tally.predictions == 2);
  f.api.commit({&reply, 1});
  REQUIRE(f.store.exchanges.size() == 1);
  CHECK(f.store.exchanges[0].endpoint == "infer");
  CHECK(f.store.exchanges[0].path == model + "/infer");
  CHECK(f.store.exchanges[0].model_id == f.champion);
  CHECK(f.store.exchanges[0].request == least().dump());
}

TEST_CASE("what an inference cannot do for reasons of the server is said in the protocol's form") {
  Fixture f;
  Request request = asking(least());
  request.refusal = Refusal{413, "the body is too long"};
  CHECK(f.answer(request).body == R"({"error":"the body is too long"})");
  CHECK(f.answer(get("/v2/models/diamond/infer")).status == 405);
  CHECK(header(f.answer(get("/v2/models/diamond/infer")), "Allow") == "POST");
  CHECK(Json::parse(f.answer(get("/v2/models/diamond/infer")).body).contains("error"));
  f.store.broken = true;
  Reply reply = f.api.reply(asking(least()));
  f.api.commit({&reply, 1});
  CHECK(reply.instead.value().status == 503);
  CHECK(Json::parse(reply.instead.value().body).contains("error"));
}

TEST_CASE(
    "where there are keys, inference and metadata need one for prices, and health needs none") {
  Fixture f;
  const Keys keys(f.log);
  const Gate gate(keys.keeper);
  const Api api(endpoints({f.keeper, f.shelf}, f.registry, f.store, f.recording, gate), {}, gate,
                f.store, f.recording, f.log);
  const std::string model = "/v2/models/diamond";
  for (const std::string& path :
       {std::string("/v2/health/live"), std::string("/v2/health/ready"), model + "/ready"})
    CHECK(api.reply(get(path)).answer.status == 200);
  for (const Request& request :
       {asking(least()), get("/v2"), get(model), get(model + "/versions/" + f.other + "/ready")}) {
    INFO(request.path);
    CHECK(api.reply(request).answer.status == 401);
    CHECK(Json::parse(api.reply(request).answer.body).contains("error"));
    CHECK(api.reply(with_key(request, "shop")).answer.status == 200);
  }
}

TEST_CASE("only what is at hand is quick") {
  const Fixture f;
  for (const char* path :
       {"/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/diamond/ready"})
    CHECK(f.api.is_quick(path, 0));
  for (const char* path :
       {"/v2/models/diamond", "/v2/models/diamond/infer", "/v2/models/diamond/versions/7/infer",
        "/v2/models/diamond/versions/7/ready"})
    CHECK_FALSE(f.api.is_quick(path, 0));
}
