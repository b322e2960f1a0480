#include "commands.h"
#include "history_csv.h"
#include "history_query.h"
#include "model_table.h"
#include "validators.h"

#include <diamond/core/error.h>
#include <diamond/registry/model_registry.h>

#include <CLI/CLI.hpp>

#include <iostream>
#include <utility>

namespace diamond::train {
namespace {

/// All models that can be read, the newest last; the log tells of the others.
std::vector<HistoryEntry> read_history(const ModelRegistry& registry, Log& log) {
  History history = registry.history();
  for (const std::string& problem : history.problems) log.warning("skipped: " + problem);
  std::string champion_id;
  try {
    if (const auto champion = registry.champion()) champion_id = champion->id;
  } catch (const StorageError& error) {
    log.warning(error.what());
  }
  std::vector<HistoryEntry> entries;
  for (Manifest& model : history.models) {
    const bool is_champion = model.id == champion_id;
    entries.push_back({std::move(model), is_champion});
  }
  return entries;
}

void print_json(const std::vector<HistoryEntry>& entries) {
  Json array = Json::array();
  for (const HistoryEntry& entry : entries) {
    Json json = to_json(entry.model);
    json["champion"] = entry.is_champion;
    array.push_back(json);
  }
  std::cout << array.dump(1) << '\n';
}

void print_table(const std::vector<HistoryEntry>& entries) {
  std::vector<Manifest> models;
  std::string champion_id;
  for (const HistoryEntry& entry : entries) {
    models.push_back(entry.model);
    if (entry.is_champion) champion_id = entry.model.id;
  }
  print_models(std::cout, models, champion_id);
}

class HistoryCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "history"; }
  [[nodiscard]] std::string summary() const override {
    return "every model ever trained, best first";
  }

  void add_options(CLI::App& app) override {
    app.add_option(
           "--sort", query_.sort,
           "r2, mae, rmse or mape: the best first; created: the newest; rows, duration: the "
           "largest (default: mae)")
        ->check(CLI::IsMember(sort_keys()));
    app.add_option("--where", where_,
                   "only models of which this holds, such as kind=xgboost, mae<300 or "
                   "created>=2026-11-24; may be repeated: all must hold")
        ->allow_extra_args(false);
    app.add_option("--limit", query_.limit, "no more than so many")->check(positive());
    app.add_flag("--csv", as_csv_, "print CSV (RFC 4180) with all columns, a line for each model");
  }

  void run(const Context& context) const override {
    const bool as_json = context.options.output == Output::json;
    if (as_csv_ && as_json)
      throw UsageError("--csv, --json", "both are given", "choose one of them");
    HistoryQuery query = query_;
    for (const std::string& condition : where_) query.where.push_back(Condition::parse(condition));
    const ModelRegistry registry(models_directory(context.options));
    std::vector<HistoryEntry> all = read_history(registry, context.log);
    const bool is_empty = all.empty();
    const std::vector<HistoryEntry> entries = select(std::move(all), query);
    if (as_json)
      print_json(entries);
    else if (as_csv_)
      std::cout << history_csv(entries);
    else if (is_empty)
      std::cout << "no models in " << registry.directory().string() << " yet: run diamond-train\n";
    else if (entries.empty())
      std::cout << "no model fits\n";
    else
      print_table(entries);
  }

 private:
  HistoryQuery query_;
  std::vector<std::string> where_;
  bool as_csv_ = false;
};

}  // namespace

std::unique_ptr<Command> history_command() {
  return std::make_unique<HistoryCommand>();
}

}  // namespace diamond::train
