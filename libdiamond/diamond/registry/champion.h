// Which model is served, since when, by whose choice, and why.
#pragma once

#include <diamond/core/json.h>
#include <diamond/metrics/paired_bootstrap.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/registry/manifest.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace diamond {

/// How a challenger and the champion did on rows that neither was trained on.
struct Comparison {
  std::string against;  // the champion's id
  Metric metric = Metric::mae;
  std::size_t rows = 0;
  PairedComparison result;
  double confidence = 0.95;  // of result.interval
};

/// Why two models cannot be compared on the same rows: a clause that may follow a semicolon.
struct NoComparison {
  std::string reason;
};

/// Compares a challenger with the champion.
using Compare = std::function<std::variant<Comparison, NoComparison>(const Manifest& challenger,
                                                                     const Manifest& holder)>;

struct EarlierChampion {
  std::string id;
  std::string promoted_at;  // empty, as the next two: a version before did not keep it
  std::string promoted_by;
  std::string reason;
};

/// The content of `champion.json`:
///   id, promoted_at, promoted_by, reason
///   comparison  null: there was none; else {against, metric, rows, challenger, holder,
///   improvement,
///               interval: [low, high], confidence}
///   previous    the id of the champion before; null: there was none
///   earlier     [{id, promoted_at, promoted_by, reason}]: all champions before, the latest first
/// Read are also the files of the version before: without promoted_by and comparison, and `earlier`
/// being the ids of those before `previous`.
struct Champion {
  std::string id;
  std::string promoted_at;  // ISO 8601, UTC
  std::string promoted_by;  // "diamond-train": won an election; else the login name of a person
  std::string reason;       // one sentence
  std::optional<Comparison> comparison;
  std::vector<EarlierChampion> before;  // the latest first
};

[[nodiscard]] Json to_json(const Champion& champion);

/// Throws StorageError where the text is not a champion's; `place` names the file.
[[nodiscard]] Champion parse_champion(std::string_view text, std::string_view place);

/// For people: "since 2026-11-24T08:00:03.000Z, by NAME: REASON".
[[nodiscard]] std::string standing_of(const Champion& champion);

struct PromotionRule {
  Metric metric = Metric::mae;
  double min_improvement =
      0;                     // in the metric's unit; a challenger must be better by more than this
  double confidence = 0.95;  // 0 < confidence < 1: that the improvement is no chance
};

/// What came of an election.
struct Election {
  std::optional<std::string> promoted;  // the new champion's id; nothing: the champion stays
  std::string reason;                   // one sentence, whatever came of it
  std::optional<Comparison> comparison;
};

/// Who should become champion after a training.
///
/// Challengers are the models that were judged on the same test rows as `latest` and came after the
/// champion was promoted: one that lost to another, or that a person has put aside by promoting
/// another, does not challenge again. The best of them by the rule's metric challenges.
///
/// It wins at once where no champion stands. Otherwise `compare` judges both on the same rows: it
/// wins when it is better by more than `min_improvement` and the lower end of the interval is above
/// 0. Where they cannot be compared so, the metrics of their manifests decide, better by more than
/// `min_improvement`, although these may come from different test rows: then the reason says so. A
/// champion whose manifest lacks the metric gives way.
[[nodiscard]] Election elect(const std::optional<Champion>& champion,
                             const std::vector<Manifest>& history, const Manifest& latest,
                             const PromotionRule& rule, const Compare& compare);

/// The best of these models by a metric; none where none has it. The earlier one wins a tie.
[[nodiscard]] const Manifest* best_by(Metric metric, const std::vector<const Manifest*>& models);

}  // namespace diamond
