// Two models side by side: which is better, by how much, whether that is chance, and on which
// stones.
#pragma once

#include <diamond/core/json.h>
#include <diamond/metrics/paired_bootstrap.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/pipeline/model_comparison.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// What an interval of the improvement says.
enum class Verdict : std::uint8_t {
  better,  // it lies above 0
  worse,   // below 0
  open     // it holds 0: the difference may be chance
};

[[nodiscard]] Verdict verdict_of(const PairedComparison& comparison);
[[nodiscard]] std::string_view name_of(Verdict verdict);

struct PairReport {
  /// Of some rows, by the report's metric.
  struct Part {
    std::string field;  // as in metrics/slices.h
    std::string name;
    std::size_t rows = 0;
    PairedComparison result;
  };

  std::string challenger;  // ids
  std::string holder;
  std::size_t rows = 0;
  Metric metric = Metric::mae;  // that judges
  double confidence = 0.95;     // of all intervals
  std::map<Metric, PairedComparison> metrics;
  std::vector<Part> slices;
};

/// Compares the challenger with the holder on the rows that neither was trained on. Throws
/// DataError where these cannot tell (see obstacle_to), and what `meet` throws.
[[nodiscard]] PairReport compare_in_full(const Manifest& challenger, const Manifest& holder,
                                         const PromotionRule& rule, const ModelRegistry& registry,
                                         const EstimatorCatalog& catalog);

/// "CHALLENGER is better than HOLDER: mae 226.02 against 238.32, by 12.30 (95 % interval: 8.10 to
/// 16.50) on 10784 rows that neither has seen"; or worse; or "it may be chance that …".
[[nodiscard]] std::string sentence_of(const PairReport& report);

/// {challenger, holder, rows, metric, confidence, verdict, sentence, metrics: {mae: {challenger,
/// holder, improvement, low, high, verdict}, …}, slices: [{field, slice, rows, challenger, holder,
/// improvement, low, high, verdict}]}; `low` and `high`: of the improvement.
[[nodiscard]] Json to_json(const PairReport& report);

}  // namespace diamond
