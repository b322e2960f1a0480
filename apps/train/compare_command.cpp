#include "commands.h"
#include "terminal_table.h"

#include <diamond/core/error.h>
#include <diamond/registry/model_registry.h>
#include <diamond/report/pair_report.h>

#include <CLI/CLI.hpp>

#include <iostream>

namespace diamond::train {
namespace {

/// What of B's is better or worse than A's, in words.
std::string word_for(const PairedComparison& comparison) {
  const Verdict verdict = verdict_of(comparison);
  if (verdict == Verdict::better) return "B gains";
  return verdict == Verdict::worse ? "B loses" : "";
}

std::vector<std::string> cells_of(Metric metric, const PairedComparison& comparison) {
  return {shown_metric(metric, comparison.holder), shown_metric(metric, comparison.challenger),
          shown_metric(metric, comparison.improvement),
          shown_metric(metric, comparison.interval.low) + " to " +
              shown_metric(metric, comparison.interval.high),
          word_for(comparison)};
}

/// Comparisons, one a row, behind columns of their own.
class ComparisonTable {
 public:
  explicit ComparisonTable(std::vector<Column> columns)
      : table_(with_figures(std::move(columns))) {}

  void add(std::vector<std::string> cells, Metric metric, const PairedComparison& comparison) {
    for (std::string& cell : cells_of(metric, comparison)) cells.push_back(std::move(cell));
    table_.add(std::move(cells));
  }

  void print() const { table_.print(std::cout, Terminal::of_stdout()); }

 private:
  static std::vector<Column> with_figures(std::vector<Column> columns) {
    for (const Column& column : {Column{"A", Align::right, 1}, Column{"B", Align::right, 1},
                                 Column{"B IS BETTER BY", Align::right, 0},
                                 Column{"INTERVAL", Align::left, 2}, Column{"", Align::left, 0}})
      columns.push_back(column);
    return columns;
  }

  TerminalTable table_;
};

void print_text(const PairReport& report) {
  std::cout << sentence_of(report) << "\n\nA  " << report.holder << "\nB  " << report.challenger
            << "\n\n";
  ComparisonTable metrics({{"METRIC", Align::left, 0}});
  for (const auto& [metric, result] : report.metrics)
    metrics.add({std::string(info(metric).name)}, metric, result);
  metrics.print();
  std::cout << "\nby " << info(report.metric).name << ":\n";
  ComparisonTable slices({{"SLICE", Align::left, 0}, {"ROWS", Align::right, 3}});
  for (const PairReport::Part& part : report.slices)
    slices.add({part.field + " " + part.name, std::to_string(part.rows)}, report.metric,
               part.result);
  slices.print();
}

class CompareCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "compare"; }
  [[nodiscard]] std::string summary() const override {
    return "judge two models by rows that neither has seen";
  }

  void add_options(CLI::App& app) override {
    app.add_option("A", holder_, "an id, its beginning, or 'champion'")->required();
    app.add_option("B", challenger_, "the model that may be better; its data are judged by")
        ->required();
    app.add_option("--metric", metric_, "r2, mae, rmse or mape: which one judges (default: mae)")
        ->check(CLI::IsMember({"r2", "mae", "rmse", "mape"}));
  }

  void run(const Context& context) const override {
    const ModelRegistry registry(models_directory(context.options));
    const Manifest holder = registry.manifest(registry.resolve(holder_));
    const Manifest challenger = registry.manifest(registry.resolve(challenger_));
    if (holder.id == challenger.id)
      throw UsageError("compare", "A and B are the same model, " + holder.id,
                       "diamond-train history lists the others");
    const PairReport report = compare_in_full(
        challenger, holder, {.metric = parse_metric(metric_).value()}, registry, context.catalog);
    if (context.options.output == Output::json)
      std::cout << to_json(report).dump(1) << '\n';
    else
      print_text(report);
  }

 private:
  std::string holder_;
  std::string challenger_;
  std::string metric_{info(Metric::mae).name};
};

}  // namespace

std::unique_ptr<Command> compare_command() {
  return std::make_unique<CompareCommand>();
}

}  // namespace diamond::train
