#include "commands.h"
#include "quantities.h"
#include "terminal_table.h"
#include "validators.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>
#include <diamond/registry/prune.h>

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>

namespace diamond::train {
namespace {

using Hours = std::chrono::hours;

constexpr int longest_age = 99'999;  // of its unit

/// "90d", "12h", "6w". Throws UsageError.
Hours parse_age(const std::string& text) {
  int number = -1;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  if (code == std::errc() && number >= 0 && number <= longest_age) {
    if (unit == "h") return Hours(number);
    if (unit == "d") return std::chrono::days(number);
    if (unit == "w") return std::chrono::weeks(number);
  }
  throw UsageError("--older-than", printable(text) + " is no age",
                   "write a whole number and h, d or w: 12h, 90d, 6w");
}

void print_json(const PruneResult& result, PruneMode mode) {
  Json json = {{"dry_run", mode == PruneMode::look}, {"models", Json::array()},
               {"datasets", Json::array()},          {"spared", Json::array()},
               {"problems", result.problems},        {"bytes", result.bytes()}};
  for (const PrunedModel& model : result.models)
    json["models"].push_back({{"id", model.manifest.id},
                              {"name", model.manifest.name},
                              {"created_at", model.manifest.created_at},
                              {"bytes", model.bytes}});
  for (const StoredDataset& dataset : result.datasets)
    json["datasets"].push_back({{"sha256", dataset.sha256}, {"bytes", dataset.bytes}});
  for (const SparedModel& model : result.spared)
    json["spared"].push_back({{"id", model.id}, {"reason", reason_of(model.need)}});
  std::cout << json.dump(1) << '\n';
}

void print_text(const PruneResult& result, PruneMode mode) {
  TerminalTable table({{"WHAT"}, {"ID"}, {"NAME", Align::left, 2}, {"SIZE", Align::right}});
  for (const PrunedModel& model : result.models)
    table.add({"model", model.manifest.id, model.manifest.name, shown_bytes(model.bytes)});
  for (const StoredDataset& dataset : result.datasets)
    table.add({"data set", dataset.sha256, "", shown_bytes(dataset.bytes)});
  if (result.bytes() > 0) table.print(std::cout, Terminal::of_stdout());
  for (const SparedModel& model : result.spared)
    std::cout << "stays: " << model.id << ' ' << reason_of(model.need) << '\n';
  std::cout << (mode == PruneMode::look ? "would free " : "freed ") << shown_bytes(result.bytes())
            << " (" << result.bytes() << " bytes): " << counted(result.models.size(), "model")
            << ", " << counted(result.datasets.size(), "data set") << '\n';
}

class PruneCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "prune"; }
  [[nodiscard]] std::string summary() const override {
    return "remove old models, and data that no model needs any more";
  }

  void add_options(CLI::App& app) override {
    app.add_option("--keep", keep_, "so many of the newest models stay, and what is needed")
        ->check(whole());
    app.add_option("--older-than", older_than_,
                   "models that are older go, but for those that are needed: 12h, 90d, 6w");
    app.add_flag_callback(
        "--dry-run", [this] { mode_ = PruneMode::look; },
        "change nothing; say what would be removed");
  }

  void run(const Context& context) const override {
    const PruneResult result =
        prune(ModelRegistry(models_directory(context.options)), rule(), mode_);
    for (const std::string& problem : result.problems) context.log.warning("stays: " + problem);
    if (context.options.output == Output::json)
      print_json(result, mode_);
    else if (!context.options.quiet)
      print_text(result, mode_);
  }

 private:
  [[nodiscard]] PruneRule rule() const {
    if (keep_.has_value() == older_than_.has_value())
      throw UsageError("--keep, --older-than",
                       keep_ ? "both are given" : "neither of the two is given",
                       "say with one of them which models are to stay");
    if (keep_) return AllButNewest{*keep_};
    return PublishedBefore{std::chrono::system_clock::now() - parse_age(*older_than_)};
  }

  std::optional<std::size_t> keep_;
  std::optional<std::string> older_than_;
  PruneMode mode_ = PruneMode::remove;
};

}  // namespace

std::unique_ptr<Command> prune_command() {
  return std::make_unique<PruneCommand>();
}

}  // namespace diamond::train
