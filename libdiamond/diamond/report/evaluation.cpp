#include <diamond/core/error.h>
#include <diamond/core/parallel.h>
#include <diamond/report/evaluation.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace diamond {
namespace {

constexpr std::size_t piece = 16'384;

std::vector<double> prices_by(const Model& model, const Table& table) {
  std::vector<double> prices(table.rows());
  model.predict({table, all_rows(table)}, prices);
  return prices;
}

/// Leaves out the rows whose price is not finite, of both.
void leave_out_not_finite(Table& table, std::vector<double>& prices,
                          std::vector<Rejection>& left_out) {
  std::vector<std::uint8_t> keep(prices.size());
  std::transform(prices.begin(), prices.end(), keep.begin(), [](double price) {
    return static_cast<std::uint8_t>(std::isfinite(price) ? 1 : 0);
  });
  const auto lost = static_cast<std::size_t>(std::count(keep.begin(), keep.end(), 0));
  if (lost == 0) return;
  table.filter(keep);
  prices.erase(std::remove_if(prices.begin(), prices.end(),
                              [](double price) { return !std::isfinite(price); }),
               prices.end());
  left_out.push_back({"no_finite_price", lost});
}

/// By row: how wide its price interval is, and whether the price that was paid lies within.
struct Intervals {
  std::vector<double> widths;
  std::vector<std::uint8_t> holds;
};

Intervals intervals_of(const Table& table, const std::vector<double>& prices,
                       const PriceIntervals& intervals) {
  Intervals found{std::vector<double>(prices.size()), std::vector<std::uint8_t>(prices.size())};
  parallel_for(prices.size(), piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const auto [stone, paid] = table.row(i);
      const PriceInterval interval = intervals.interval(stone, prices[i]);
      found.widths[i] = interval.high - interval.low;
      found.holds[i] = interval.low <= paid && paid <= interval.high ? 1 : 0;
    }
  });
  return found;
}

/// On the rows at these places; at least one.
IntervalFigures figures_at(const std::vector<std::uint32_t>& places, const Intervals& intervals) {
  IntervalFigures figures;
  for (const std::uint32_t place : places) {
    figures.coverage += intervals.holds[place];
    figures.mean_width += intervals.widths[place];
  }
  figures.coverage /= static_cast<double>(places.size());
  figures.mean_width /= static_cast<double>(places.size());
  return figures;
}

}  // namespace

Evaluation evaluate_on(Table table, const Model& model,
                       const std::optional<PriceIntervals>& intervals,
                       const std::optional<KnownRows>& known, std::string_view place) {
  Evaluation evaluation;
  evaluation.rows = table.rows();
  evaluation.left_out = clean(table);
  std::vector<double> prices = prices_by(model, table);
  leave_out_not_finite(table, prices, evaluation.left_out);
  evaluation.judged = table.rows();
  if (table.rows() == 0)
    throw DataError(place, "none of the rows can be judged",
                    "look at them: a model is judged by "
                    "stones with all their measures and a price");
  if (known) {
    evaluation.in_training = seen_rows(table, known->train);
    evaluation.in_test = seen_rows(table, known->test);
  }

  const std::vector<std::uint32_t> rows = all_rows(table);
  std::vector<double> actual(rows.size());
  table[Quantity::price].gather(rows, actual);
  for (const Metric metric : all_metrics)
    evaluation.metrics[metric] =
        bootstrap_interval(metric, actual, prices, {.confidence = Evaluation::confidence});
  const std::vector<Slice> slices = slices_of({table, rows});
  for (SliceFigures& figures : evaluate_slices(slices, actual, prices, all_metrics))
    evaluation.slices.push_back({std::move(figures), std::nullopt});
  if (!intervals) return evaluation;

  const Intervals found = intervals_of(table, prices, *intervals);
  evaluation.interval = figures_at(rows, found);
  for (std::size_t i = 0; i < slices.size(); ++i)
    evaluation.slices[i].interval = figures_at(slices[i].places, found);
  return evaluation;
}

Json to_json(const Evaluation& evaluation) {
  Json json = {{"rows", evaluation.rows},   {"rows_judged", evaluation.judged},
               {"left_out", Json::array()}, {"rows_in_training", nullptr},
               {"rows_in_test", nullptr},   {"confidence", Evaluation::confidence},
               {"metrics", Json::object()}, {"interval", nullptr},
               {"slices", Json::array()}};
  for (const Rejection& rejection : evaluation.left_out)
    json["left_out"].push_back({{"reason", rejection.reason}, {"rows", rejection.rows}});
  if (evaluation.in_training) json["rows_in_training"] = *evaluation.in_training;
  if (evaluation.in_test) json["rows_in_test"] = *evaluation.in_test;
  for (const auto& [metric, estimate] : evaluation.metrics)
    json["metrics"][std::string(info(metric).name)] = {{"value", estimate.value},
                                                       {"low", estimate.interval.low},
                                                       {"high", estimate.interval.high}};
  if (const auto& interval = evaluation.interval)
    json["interval"] = {{"coverage", IntervalPredictor::coverage},
                        {"measured_coverage", interval->coverage},
                        {"mean_width", interval->mean_width}};
  for (const auto& [figures, interval] : evaluation.slices) {
    Json slice = {{"field", figures.field},       {"slice", figures.name},
                  {"rows", figures.rows},         {"metrics", Json::object()},
                  {"measured_coverage", nullptr}, {"mean_width", nullptr}};
    for (const auto& [metric, value] : figures.metrics)
      slice["metrics"][std::string(info(metric).name)] = value;
    if (interval) {
      slice["measured_coverage"] = interval->coverage;
      slice["mean_width"] = interval->mean_width;
    }
    json["slices"].push_back(std::move(slice));
  }
  return json;
}

}  // namespace diamond
