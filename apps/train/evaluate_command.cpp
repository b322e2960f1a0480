#include "chosen_model.h"
#include "commands.h"
#include "stone_file.h"
#include "terminal_table.h"

#include <diamond/core/error.h>
#include <diamond/data/csv_reader.h>
#include <diamond/pipeline/model_comparison.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/report/evaluation.h>

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <iostream>

namespace diamond::train {
namespace {

std::string in_percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", share * 100);
  return text.data();
}

std::string in_usd(double usd) {
  return shown_metric(Metric::mae, usd);
}

/// Each metric with its interval, beside what the manifest has of the model's own test rows.
void print_metrics(const Evaluation& evaluation, const Manifest& manifest) {
  TerminalTable table({{"METRIC", Align::left, 0},
                       {"VALUE", Align::right, 0},
                       {in_percent(Evaluation::confidence) + " INTERVAL", Align::left, 2},
                       {"ITS TEST ROWS", Align::right, 1}});
  for (const auto& [metric, estimate] : evaluation.metrics)
    table.add({std::string(info(metric).name), shown_metric(metric, estimate.value),
               shown_metric(metric, estimate.interval.low) + " to " +
                   shown_metric(metric, estimate.interval.high),
               manifest.metrics.contains(metric) ? shown_metric(metric, manifest.metrics.at(metric))
                                                 : "-"});
  table.print(std::cout, Terminal::of_stdout());
}

void print_slices(const Evaluation& evaluation) {
  std::vector<Column> columns = {{"SLICE", Align::left, 0}, {"ROWS", Align::right, 1}};
  for (const Metric metric : all_metrics)
    columns.push_back(
        {std::string(info(metric).name), Align::right, metric == Metric::mae ? 0 : 4});
  columns.push_back({"in interval", Align::right, 2});
  columns.push_back({"mean width", Align::right, 3});
  TerminalTable table(columns);
  for (const auto& [figures, interval] : evaluation.slices) {
    std::vector<std::string> cells = {figures.field + " " + figures.name,
                                      std::to_string(figures.rows)};
    for (const auto& [metric, value] : figures.metrics)
      cells.push_back(shown_metric(metric, value));
    cells.push_back(interval ? in_percent(interval->coverage) : "-");
    cells.push_back(interval ? in_usd(interval->mean_width) : "-");
    table.add(std::move(cells));
  }
  table.print(std::cout, Terminal::of_stdout());
}

void print_text(const Evaluation& evaluation, const Manifest& manifest, const std::string& data) {
  std::cout << manifest.id << " on " << evaluation.judged << " of the " << evaluation.rows
            << " rows of " << data << '\n';
  for (const Rejection& rejection : evaluation.left_out)
    std::cout << "left out: " << rejection.rows << " rows, " << rejection.reason << '\n';
  std::cout << '\n';
  print_metrics(evaluation, manifest);
  std::cout << '\n';
  if (const auto& interval = evaluation.interval)
    std::cout << "price intervals: " << in_percent(interval->coverage)
              << " of the prices lie within (meant are " << in_percent(IntervalPredictor::coverage)
              << "), mean width " << in_usd(interval->mean_width) << " USD\n\n";
  print_slices(evaluation);
}

/// Nothing where its data set is not there any more.
std::optional<KnownRows> known_rows(const ModelRegistry& registry, const Manifest& manifest,
                                    Log& log) {
  try {
    return hashes_of_known_rows(registry, manifest);
  } catch (const StorageError& error) {
    log.warning("whether the model was trained on these rows is not known",
                {{"problem", error.what()}});
    return std::nullopt;
  }
}

void warn_of_known_rows(const Evaluation& evaluation, Log& log) {
  const std::string of_all = " of " + std::to_string(evaluation.judged) + " rows ";
  if (evaluation.in_training.value_or(0) > 0)
    log.warning(std::to_string(*evaluation.in_training) + of_all +
                "were in its training: on new stones the model does worse than this");
  if (evaluation.interval && evaluation.in_test.value_or(0) > 0)
    log.warning(std::to_string(*evaluation.in_test) + of_all +
                "are those that its price intervals were learned from: of new prices fewer may lie "
                "within");
}

class EvaluateCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "evaluate"; }
  [[nodiscard]] std::string summary() const override { return "judge a model by other data"; }

  void add_options(CLI::App& app) override {
    app.add_option("--model", model_, model_help);
    app.add_option("--data", data_, "CSV file of stones and prices")->required();
  }

  void run(const Context& context) const override {
    const ModelRegistry registry(models_directory(context.options));
    const ChosenModel chosen = choose_model(model_, registry, context);
    check_is_there(data_);
    Table table = read_csv(data_).table;
    const auto known = known_rows(registry, chosen.manifest, context.log);
    const Evaluation evaluation =
        evaluate_on(std::move(table), *chosen.model, chosen.intervals, known, data_);
    warn_of_known_rows(evaluation, context.log);
    if (context.options.output == Output::json) {
      Json json = {{"model", chosen.manifest.id}, {"data", valid_utf8(data_)}};
      json.update(to_json(evaluation));
      std::cout << json.dump(1) << '\n';
    } else {
      print_text(evaluation, chosen.manifest, data_);
    }
  }

 private:
  std::string model_ = "champion";
  std::string data_;
};

}  // namespace

std::unique_ptr<Command> evaluate_command() {
  return std::make_unique<EvaluateCommand>();
}

}  // namespace diamond::train
