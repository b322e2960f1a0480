#include "options.h"

#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/pipeline/training_config.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <sstream>
#include <system_error>

namespace diamond::train {
namespace {

/// The models that --model asks for: those of the configuration with this name or kind, or the kind
/// with its defaults.
Json chosen_models(const Json& configured, const std::vector<std::string>& wanted) {
  Json chosen = Json::array();
  for (const std::string& word : wanted) {
    const std::size_t before = chosen.size();
    for (const Json& model : configured)
      if (model.value("kind", "") == word || model.value("name", "") == word)
        chosen.push_back(model);
    if (chosen.size() == before) chosen.push_back({{"kind", word}});
  }
  return chosen;
}

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, separator);)
    if (!word.empty()) words.push_back(word);
  return words;
}

/// The number that digits say; a very large one where they say more.
std::uint64_t count_of(const std::string& digits) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return error == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max()
                                                 : count;
}

/// What the options say of workers, over what the configuration says.
void put_workers(const TrainingOptions& options, Json& document) {
  if (!options.workers && !options.tracker && !options.remote_shell && !options.scheduled) return;
  Json workers = document.value("workers", Json::object());
  if (options.workers) {
    workers.erase("count");
    workers.erase("hosts");
    if (options.workers->find_first_not_of("0123456789") == std::string::npos)
      workers["count"] = count_of(*options.workers);
    else
      workers["hosts"] = split_at(*options.workers, ',');
  }
  if (options.tracker) workers["tracker"] = *options.tracker;
  if (options.remote_shell) workers["remote_shell"] = split_at(*options.remote_shell, ' ');
  if (options.scheduled) workers["scheduled"] = true;
  document["workers"] = workers;
}

}  // namespace

Configuration read_configuration(const Options& options, const TrainingOptions& training) {
  Configuration configuration;
  configuration.place = "the options";
  configuration.document = Json::object();
  std::error_code unreadable;  // a folder that may not be entered has no configuration for us
  if (options.config || std::filesystem::exists(default_config, unreadable)) {
    const std::filesystem::path file = options.config.value_or(default_config);
    configuration.place = file.string();
    configuration.document = in_our_form(read_json(file), configuration.place, configuration.notes);
    check_against_schema(configuration.document, training_config_schema(), configuration.place);
  }
  Json& document = configuration.document;
  if (!training.data.empty()) document["dataset_path"] = training.data;
  if (options.models_dir) document["models_path"] = *options.models_dir;
  if (training.seed) document["random_seed"] = *training.seed;
  if (training.test_size) document["test_size"] = *training.test_size;
  if (training.max_rejected) document["max_rejected"] = *training.max_rejected;
  if (training.no_report) document["report"] = false;
  if (training.memory) document["memory"] = *training.memory;
  put_workers(training, document);
  if (!training.models.empty())
    document["models"] = chosen_models(document.value("models", Json::array()), training.models);
  return configuration;
}

void put_into_tuning(const TrainingOptions& options, const EstimatorCatalog& catalog,
                     Configuration& configuration) {
  if (!options.trials && !options.time_budget) return;
  Json models = with_defaults(configuration.document, training_config_schema())["models"];
  bool any_is_tuned = false;
  for (Json& model : models) {
    const auto& estimator = catalog.at(model.value("kind", ""), configuration.place + "#/models");
    if (!model.contains("tuning") && (!options.trials || estimator.search_space().empty()))
      continue;
    any_is_tuned = true;
    Json& tuning = model["tuning"];
    if (tuning.is_null()) tuning = Json::object();
    if (options.trials) tuning["trials"] = *options.trials;
    if (options.time_budget) tuning["time_budget"] = *options.time_budget;
  }
  if (options.trials && !any_is_tuned)  // a budget that nothing is taken from is kept
    throw UsageError("--trials", "none of the models is tuned",
                     "give one a \"tuning\" in the configuration, or choose --model xgboost");
  configuration.document["models"] = models;
}

std::filesystem::path models_directory(const Options& options) {
  if (options.models_dir) return *options.models_dir;
  const Json document =
      with_defaults(read_configuration(options).document, training_config_schema());
  return document["models_path"].get<std::string>();
}

}  // namespace diamond::train
