// Which models of the history are asked for, and in which order.
#pragma once

#include <diamond/registry/manifest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace diamond::train {

/// A model of the history.
struct HistoryEntry {
  Manifest model;
  bool is_champion = false;
};

/// What a column says of a model: nothing, a number or a text.
using CellValue = std::variant<std::monostate, double, std::string>;

enum class CellKind : std::uint8_t {
  number,
  text,
  moment,  // a text as created_at has it
  yes_no,  // the text "yes" or "no"
};

/// One thing that is known of every model, by the name that people use for it.
struct HistoryColumn {
  std::string_view name;
  CellKind kind = CellKind::text;
  std::function<CellValue(const HistoryEntry&)> value;
};

/// All that can be asked for and that --csv prints: id, kind, name, created, champion, data,
/// sha256, rows (that were kept), test_rows, target, the metrics, duration (seconds).
[[nodiscard]] const std::vector<HistoryColumn>& history_columns();

/// One condition on a column.
class Condition {
 public:
  /// "kind=xgboost", "mae<300", "created >= 2026-11-24". Operators are =, !=, <, <=, >, >=; a
  /// column of yes and no takes the first two. A day is compared with the model's day (UTC), a
  /// moment with its moment. Throws UsageError that lists what is allowed.
  static Condition parse(std::string_view text);

  /// False also where the model has no such value: nothing is known of it then.
  [[nodiscard]] bool holds(const HistoryEntry& entry) const;

 private:
  enum class Operator : std::uint8_t { equal, unequal, less, at_most, greater, at_least };

  Condition(const HistoryColumn& column, Operator op, CellValue value)
      : column_(&column), operator_(op), value_(std::move(value)) {}

  const HistoryColumn* column_;
  Operator operator_;
  CellValue value_;
};

/// What models can be sorted by: the metrics, "created", "rows", "duration".
[[nodiscard]] const std::vector<std::string>& sort_keys();

struct HistoryQuery {
  std::vector<Condition> where;  // all must hold
  std::string sort{info(Metric::mae).name};
  std::size_t limit = std::numeric_limits<std::size_t>::max();
};

/// The models that fit, no more than the limit: by a metric the best first, by the other keys the
/// newest or the largest first. Those without the metric come last; where two are equal the newer
/// one comes first. `entries` are in the order of the history, the newest last. Requires:
/// query.sort is one of sort_keys().
[[nodiscard]] std::vector<HistoryEntry> select(std::vector<HistoryEntry> entries,
                                               const HistoryQuery& query);

}  // namespace diamond::train
