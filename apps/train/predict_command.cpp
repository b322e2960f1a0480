#include "chosen_model.h"
#include "commands.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/spelling.h>
#include <diamond/pipeline/batch_prediction.h>
#include <diamond/pipeline/stored_model.h>

#include <CLI/CLI.hpp>

#include <iostream>

namespace diamond::train {
namespace {

constexpr const char* standard_stream = "-";

CsvStream open_stones(const std::string& data) {
  if (data == standard_stream) return {standard_input(), "stdin", CsvContent::stones};
  return {open_to_read(data), data, CsvContent::stones};
}

/// The names of measures that no column holds: a column that is misspelt is one of them.
std::vector<std::string_view> assumed_columns(const CsvLayout& layout) {
  std::vector<std::string_view> names;
  for (const Quantity quantity : layout.absent)
    if (quantity != Quantity::price) names.push_back(info(quantity).name);
  return names;
}

class PredictCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "predict"; }
  [[nodiscard]] std::string summary() const override {
    return "add prices to a CSV file of stones, of any length";
  }

  void add_options(CLI::App& app) override {
    add_model_option(app, model_);
    app.add_option("--data", data_, "CSV file of stones; -: standard input")->required();
    app.add_option("--out", out_,
                   "where the file with its prices goes, whole or not at all (default: -, standard "
                   "output)");
  }

  void run(const Context& context) const override {
    const bool to_stdout = out_ == standard_stream;
    const bool as_json = context.options.output == Output::json;
    if (as_json && to_stdout)
      throw UsageError("--json", "prices are written as CSV, and what was done as JSON",
                       "name a file for the prices with --out");
    const ModelRegistry registry(models_directory(context.options));
    const ChosenModel chosen = choose_model(model_, registry, context);
    const Lazy<TrainingProfile> profile(
        [&] { return TrainingProfile(load_dataset(registry, chosen.manifest)); });
    CsvStream stones = open_stones(data_);
    if (const auto assumed = assumed_columns(stones.layout()); !assumed.empty())
      context.log.warning(
          "of every stone " + join(assumed) + " will be assumed: the file has no such column",
          {{"file", stones.shown_as()}});
    const BatchPricer pricer{*chosen.model, chosen.intervals, profile};
    const BatchSummary summary =
        to_stdout ? price_to_stdout(stones, pricer) : price_to_file(stones, pricer);
    tell(summary, stones, context.log);
    context.log.info("prices written", {{"model", chosen.manifest.id}, {"rows", summary.rows}});
    if (as_json) print_json(summary, chosen.manifest.id);
  }

 private:
  static BatchSummary price_to_stdout(CsvStream& stones, const BatchPricer& pricer) {
    const FileHandle out = standard_output();
    return price_csv(stones, pricer,
                     [&](std::string_view text) { write_all(out, text, "stdout"); });
  }

  [[nodiscard]] BatchSummary price_to_file(CsvStream& stones, const BatchPricer& pricer) const {
    WholeFile file(out_);
    BatchSummary summary =
        price_csv(stones, pricer, [&](std::string_view text) { file.write(text); });
    file.finish();
    return summary;
  }

  static void tell(const BatchSummary& summary, const CsvStream& stones, Log& log) {
    const Unpriced& unpriced = summary.unpriced;
    if (unpriced.count == 0) return;
    log.warning(std::to_string(unpriced.count) + " of " + std::to_string(summary.rows) +
                " rows have no price; the first is " + stones.place_of(unpriced.first) + ": " +
                unpriced.why);
  }

  void print_json(const BatchSummary& summary, const std::string& id) const {
    Json json = {{"model", id},
                 {"file", out_},
                 {"rows", summary.rows},
                 {"priced", summary.rows - summary.unpriced.count},
                 {"first_unpriced", nullptr}};
    if (summary.unpriced.count > 0)
      json["first_unpriced"] = {{"line", summary.unpriced.first}, {"why", summary.unpriced.why}};
    std::cout << json.dump(1) << '\n';
  }

  std::string model_ = "champion";
  std::string data_;
  std::string out_ = standard_stream;
};

}  // namespace

std::unique_ptr<Command> predict_command() {
  return std::make_unique<PredictCommand>();
}

}  // namespace diamond::train
