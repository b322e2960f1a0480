#include "../http/problem.h"
#include "appraisals.h"
#include "endpoints.h"
#include "inference_request.h"
#include "path_words.h"

#include <diamond/core/json_text.h>
#include <diamond/core/spelling.h>
#include <diamond/core/version.h>

#include <algorithm>
#include <utility>

namespace diamond::serve {
namespace {

constexpr std::string_view model_name = "diamond";

/// A tensor of the answer, with one element for each stone.
struct Output {
  std::string_view name;
  std::string_view datatype;
  Json (*element)(const Appraisal& appraisal);
};

std::vector<Output> outputs_of(const ServedModel& served) {
  std::vector<Output> outputs = {
      {"predicted_value", "FP64", [](const Appraisal& a) { return Json(a.price); }}};
  if (served.intervals) {
    outputs.push_back({"low", "FP64", [](const Appraisal& a) { return Json(a.interval->low); }});
    outputs.push_back({"high", "FP64", [](const Appraisal& a) { return Json(a.interval->high); }});
  }
  outputs.push_back(
      {"warnings", "BYTES", [](const Appraisal& a) { return Json(in_one_line(a.warnings)); }});
  return outputs;
}

[[noreturn]] void refuse(int status, std::string detail) {
  Problem problem = Problem::of_status(status);
  problem.detail = std::move(detail);
  throw ProblemError(std::move(problem));
}

[[noreturn]] void refuse_output(const std::string& name, const std::vector<Output>& outputs) {
  std::vector<std::string_view> known(outputs.size());
  std::transform(outputs.begin(), outputs.end(), known.begin(),
                 [](const Output& output) { return output.name; });
  refuse(400,
         "outputs: " + printable(name) + " is not an output of this model; it has " + join(known));
}

/// Those of these names, in that order; all where there are none.
std::vector<Output> chosen(const std::vector<Output>& outputs,
                           const std::vector<std::string>& names) {
  if (names.empty()) return outputs;
  std::vector<Output> found;
  for (const std::string& name : names) {
    const auto output = std::find_if(outputs.begin(), outputs.end(),
                                     [&name](const Output& one) { return one.name == name; });
    if (output == outputs.end()) refuse_output(name, outputs);
    found.push_back(*output);
  }
  return found;
}

/// Throws ProblemError 400 at the first stone that has no price.
std::vector<Appraisal> appraisals_of(const ServedModel& served,
                                     const std::vector<PartialDiamond>& stones) {
  std::vector<Appraisal> appraisals;
  for (Valuation& valuation : appraise_all(served, stones)) {
    if (const auto* problem = std::get_if<Problem>(&valuation))
      refuse(400, "predicted_value[" + std::to_string(appraisals.size()) + "]: " + problem->detail);
    appraisals.push_back(std::move(std::get<Appraisal>(valuation)));
  }
  return appraisals;
}

Json to_json(const Output& output, const std::vector<Appraisal>& appraisals) {
  Json data = Json::array();
  for (const Appraisal& appraisal : appraisals) data.push_back(output.element(appraisal));
  return {{"name", output.name},
          {"shape", {appraisals.size()}},
          {"datatype", output.datatype},
          {"data", std::move(data)}};
}

using Version = std::optional<std::string>;

/// What the address names behind the model; nothing: the one in service. Throws ProblemError 404
/// where it names another model.
Version version_in(const std::string& path, const std::string& pattern) {
  const std::vector<std::string_view> words = words_at(pattern, path);
  if (words[0] != model_name)
    refuse(404, "there is no model " + printable(words[0]) + "; the model's name is " +
                    std::string(model_name));
  if (words.size() == 1) return std::nullopt;
  return std::string(words[1]);
}

Outcome infer(const Models& models, const Version& version, const Request& request) {
  const std::shared_ptr<const ServedModel> served = models.get(version);
  const InferenceRequest asked = read_inference_request(request);
  const std::vector<Output> outputs = chosen(outputs_of(*served), asked.outputs);
  const std::vector<Appraisal> appraisals = appraisals_of(*served, asked.stones);
  Json json = {{"model_name", model_name}, {"model_version", served->manifest.id}};
  if (asked.id) json["id"] = *asked.id;
  json["outputs"] = Json::array();
  for (const Output& output : outputs) json["outputs"].push_back(to_json(output, appraisals));
  Outcome outcome;
  outcome.model_id = served->manifest.id;
  outcome.predictions = appraisals.size();
  outcome.answer.body = text_of(json);
  return outcome;
}

Json tensor_of_any_length(std::string_view name, std::string_view datatype) {
  return {{"name", name}, {"datatype", datatype}, {"shape", {-1}}};
}

Outcome model_metadata(const Models& models, const ModelRegistry& registry,
                       const Version& version) {
  const std::shared_ptr<const ServedModel> served = models.get(version);
  Json json = {{"name", model_name},
               {"versions", Json::array()},
               {"platform", std::string(model_name) + "_" + served->manifest.kind},
               {"inputs", Json::array()},
               {"outputs", Json::array()}};
  for (const Manifest& manifest : registry.history().models)
    json["versions"].push_back(manifest.id);
  for (std::size_t i = 0; i < field_count; ++i)
    json["inputs"].push_back(
        tensor_of_any_length(field_names[i], datatype_of(static_cast<Field>(i))));
  for (const Output& output : outputs_of(*served))
    json["outputs"].push_back(tensor_of_any_length(output.name, output.datatype));
  Outcome outcome;
  outcome.answer.body = text_of(json);
  return outcome;
}

/// Throws ProblemError 404 where there is none such.
bool is_ready(const Models& models, const Version& version) {
  try {
    return models.get(version) != nullptr;
  } catch (const ProblemError& error) {
    if (error.problem().status == 503) return false;
    throw;
  }
}

Outcome model_ready(const Models& models, const Version& version) {
  const bool ready = is_ready(models, version);
  Outcome outcome;
  outcome.answer.status = ready ? 200 : 503;
  outcome.answer.body = Json{{"name", model_name}, {"ready", ready}}.dump();
  return outcome;
}

Outcome server_metadata() {
  Outcome outcome;
  outcome.answer.body =
      Json{{"name", "diamond-serve"}, {"version", version()}, {"extensions", Json::array()}}.dump();
  return outcome;
}

/// What is offered of the model at this address. The model in service is at hand, and whether there
/// is one needs no key, as /readyz does not; another version may have to be loaded.
std::vector<Endpoint> model_endpoints(const Models& models, const ModelRegistry& registry,
                                      const std::string& path) {
  const bool is_in_service = path.find("{version}") == std::string::npos;
  const auto at = [](const std::string& pattern, auto answer) {
    return [pattern, answer](const Request& request) {
      return answer(version_in(request.path, pattern), request);
    };
  };
  return {{"model_metadata", "GET", path, Right::prices, Logged::no, Pace::patient,
           at(path,
              [models, &registry](const Version& version, const Request& /*request*/) {
                return model_metadata(models, registry, version);
              })},
          {"model_ready", "GET", path + "/ready", is_in_service ? Right::nothing : Right::prices,
           Logged::no, is_in_service ? Pace::quick : Pace::patient,
           at(path + "/ready",
              [models](const Version& version, const Request& /*request*/) {
                return model_ready(models, version);
              })},
          {"infer", "POST", path + "/infer", Right::prices, Logged::yes, Pace::patient,
           at(path + "/infer",
              [models](const Version& version, const Request& request) {
                return infer(models, version, request);
              }),
           Endpoint::any_body}};
}

}  // namespace

std::vector<Endpoint> inference_endpoints(const Models& models, const ModelRegistry& registry) {
  std::vector<Endpoint> endpoints;
  for (const char* path :
       {"/v2", "/v2/"})  // the specification's text has one, its OpenAPI the other
    endpoints.push_back({"server_metadata", "GET", path, Right::prices, Logged::no, Pace::quick,
                         [](const Request& /*request*/) { return server_metadata(); }});
  for (const char* path : {"/v2/models/{name}", "/v2/models/{name}/versions/{version}"})
    for (Endpoint& endpoint : model_endpoints(models, registry, path))
      endpoints.push_back(std::move(endpoint));
  return endpoints;
}

}  // namespace diamond::serve
