#include "chosen_model.h"
#include "commands.h"
#include "stone_file.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/pipeline/batch_prediction.h>
#include <diamond/pipeline/stored_model.h>

#include <CLI/CLI.hpp>

#include <iostream>

namespace diamond::train {
namespace {

class PredictCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "predict"; }
  [[nodiscard]] std::string summary() const override {
    return "add prices to a CSV file of stones, of any length";
  }

  void add_options(CLI::App& app) override {
    app.add_option("--model", model_, model_help);
    app.add_option("--data", data_, "CSV file of stones; -: standard input")->required();
    app.add_option("--out", out_,
                   "where the file with its prices goes, whole or not at all (default: -, standard "
                   "output)");
  }

  void run(const Context& context) const override {
    const bool as_json = context.options.output == Output::json;
    if (as_json && out_ == standard_stream)
      throw UsageError("--json", "prices are written as CSV, and what was done as JSON",
                       "name a file for the prices with --out");
    const ModelRegistry registry(models_directory(context.options));
    const ChosenModel chosen = choose_model(model_, registry, context);
    const Lazy<TrainingProfile> profile(
        [&] { return TrainingProfile(load_stones(registry, chosen.manifest)); });
    CsvStream stones = open_stones(data_, context.log);
    const BatchSummary summary = price(stones, {*chosen.model, chosen.intervals, profile});
    tell_unpriced(summary, stones, context.log);
    context.log.info("prices written", {{"model", chosen.manifest.id}, {"rows", summary.rows}});
    if (as_json) print_json(summary, chosen.manifest.id);
  }

 private:
  [[nodiscard]] BatchSummary price(CsvStream& stones, const BatchPricer& pricer) const {
    if (out_ == standard_stream) return price_csv(stones, pricer, to_standard_output());
    WholeFile file(out_);
    BatchSummary summary =
        price_csv(stones, pricer, [&](std::string_view text) { file.write(text); });
    file.finish();
    return summary;
  }

  void print_json(const BatchSummary& summary, const std::string& id) const {
    Json json = {{"model", id},
                 {"file", valid_utf8(out_)},
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
