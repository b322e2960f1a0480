// Which model is served, and why.
#pragma once

#include <diamond/core/json.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/registry/manifest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// The content of `champion.json`: {"id", "promoted_at", "reason", "previous", "earlier"}.
struct Champion {
  std::string id;
  std::string promoted_at;  // ISO 8601, UTC
  std::string reason;       // one sentence
  /// Who was champion before, the latest first: "previous" is the first of them, "earlier" the
  /// rest.
  std::vector<std::string> before;
};

[[nodiscard]] Json to_json(const Champion& champion);

/// Throws StorageError where the text is not a champion's; `place` names the file.
[[nodiscard]] Champion parse_champion(std::string_view text, std::string_view place);

struct PromotionRule {
  Metric metric = Metric::mae;
  double min_improvement =
      0;  // in the metric's unit; a challenger must be better by more than this
};

struct Promotion {
  std::string id;
  std::string reason;
};

/// Who should become champion after a training, if anybody.
///
/// Challengers are the models that were judged on the same test rows as `latest` and came after the
/// champion was promoted: one that lost, or that a person has put aside by promoting another, does
/// not challenge again. The best of them by the rule's metric wins at once where there is no
/// champion, or where the champion was judged on other rows (its metrics cannot be compared);
/// otherwise it has to be better by more than `min_improvement`.
[[nodiscard]] std::optional<Promotion> elect(const std::optional<Champion>& champion,
                                             const std::vector<Manifest>& history,
                                             const Manifest& latest, const PromotionRule& rule);

/// The best of these models by a metric; none where none has it. The earlier one wins a tie.
[[nodiscard]] const Manifest* best_by(Metric metric, const std::vector<const Manifest*>& models);

}  // namespace diamond
