#include <diamond/core/error.h>
#include <diamond/metrics/slices.h>
#include <diamond/metrics/values_at.h>
#include <diamond/report/pair_report.h>

#include <array>
#include <cstdio>

namespace diamond {
namespace {

Json to_json(const PairedComparison& comparison) {
  return {{"challenger", comparison.challenger},   {"holder", comparison.holder},
          {"improvement", comparison.improvement}, {"low", comparison.interval.low},
          {"high", comparison.interval.high},      {"verdict", name_of(verdict_of(comparison))}};
}

std::string in_percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g %%", share * 100);
  return text.data();
}

}  // namespace

Verdict verdict_of(const PairedComparison& comparison) {
  if (comparison.interval.low > 0) return Verdict::better;
  if (comparison.interval.high < 0) return Verdict::worse;
  return Verdict::open;
}

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 3> names = {"better", "worse", "open"};
  return names[static_cast<std::size_t>(verdict)];
}

PairReport compare_in_full(const Manifest& challenger, const Manifest& holder,
                           const PromotionRule& rule, const ModelRegistry& registry,
                           const EstimatorCatalog& catalog) {
  const CommonRows common = meet(challenger, holder, registry, catalog);
  for (const Metric metric : all_metrics)
    if (const auto obstacle = obstacle_to(metric, common, challenger, holder))
      throw DataError(challenger.id + " and " + holder.id, "these models cannot be compared",
                      obstacle->reason);
  const BootstrapSettings settings{.confidence = rule.confidence,
                                   .seed = challenger.split.settings.seed};
  PairReport report{
      challenger.id, holder.id, common.rows.size(), rule.metric, rule.confidence, {}, {}};
  for (const Metric metric : all_metrics)
    report.metrics[metric] =
        compare_paired(metric, common.actual, common.challenger, common.holder, settings);
  for (const Slice& slice : slices_of(common.view()))
    report.slices.push_back({slice.field, slice.name, slice.places.size(),
                             compare_paired(rule.metric, values_at(common.actual, slice.places),
                                            values_at(common.challenger, slice.places),
                                            values_at(common.holder, slice.places), settings)});
  return report;
}

std::string sentence_of(const PairReport& report) {
  const PairedComparison& result = report.metrics.at(report.metric);
  const Verdict verdict = verdict_of(result);
  const auto shown = [&](double value) { return shown_metric(report.metric, value); };
  // By how much it is what the sentence says that it is.
  const bool is_worse = result.improvement < 0;
  const double off = std::abs(result.improvement);
  const Interval interval =
      is_worse ? Interval{-result.interval.high, -result.interval.low} : result.interval;
  const std::string figures = std::string(info(report.metric).name) + " " +
                              shown(result.challenger) + " against " + shown(result.holder) +
                              ", by " + shown(off) + " (" + in_percent(report.confidence) +
                              " interval: " + shown(interval.low) + " to " + shown(interval.high) +
                              ") on " + std::to_string(report.rows) + " rows that neither has seen";
  const std::string models = report.challenger + " is " +
                             std::string(is_worse ? "worse" : "better") + " than " + report.holder +
                             ": " + figures;
  return (verdict == Verdict::open ? "it may be chance that " : "") + models;
}

Json to_json(const PairReport& report) {
  Json json = {{"challenger", report.challenger},
               {"holder", report.holder},
               {"rows", report.rows},
               {"metric", info(report.metric).name},
               {"confidence", report.confidence},
               {"verdict", name_of(verdict_of(report.metrics.at(report.metric)))},
               {"sentence", sentence_of(report)},
               {"metrics", Json::object()},
               {"slices", Json::array()}};
  for (const auto& [metric, result] : report.metrics)
    json["metrics"][std::string(info(metric).name)] = to_json(result);
  for (const PairReport::Part& part : report.slices) {
    Json slice = {{"field", part.field}, {"slice", part.name}, {"rows", part.rows}};
    slice.update(to_json(part.result));
    json["slices"].push_back(std::move(slice));
  }
  return json;
}

}  // namespace diamond
