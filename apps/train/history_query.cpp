#include "history_query.h"

#include <diamond/core/clock.h>
#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace diamond::train {
namespace {

constexpr std::size_t length_of_a_day = std::string_view("2026-11-24").size();

CellValue metric_of(const HistoryEntry& entry, Metric metric) {
  const auto found = entry.model.metrics.find(metric);
  return found == entry.model.metrics.end() ? CellValue() : CellValue(found->second);
}

std::vector<HistoryColumn> make_columns() {
  using Entry = HistoryEntry;
  std::vector<HistoryColumn> columns = {
      {"id", CellKind::text, [](const Entry& e) { return e.model.id; }},
      {"kind", CellKind::text, [](const Entry& e) { return e.model.kind; }},
      {"name", CellKind::text, [](const Entry& e) { return e.model.name; }},
      {"created", CellKind::moment, [](const Entry& e) { return e.model.created_at; }},
      {"champion", CellKind::yes_no, [](const Entry& e) { return e.is_champion ? "yes" : "no"; }},
      {"data", CellKind::text, [](const Entry& e) { return e.model.dataset.path; }},
      {"sha256", CellKind::text, [](const Entry& e) { return e.model.dataset.sha256; }},
      {"rows", CellKind::number,
       [](const Entry& e) { return static_cast<double>(e.model.dataset.rows_kept); }},
      {"test_rows", CellKind::number,
       [](const Entry& e) { return static_cast<double>(e.model.split.test_rows); }},
      {"target", CellKind::text,
       [](const Entry& e) { return std::string(name_of(e.model.target)); }}};
  for (const Metric metric : all_metrics)
    columns.push_back({info(metric).name, CellKind::number,
                       [metric](const Entry& e) { return metric_of(e, metric); }});
  columns.push_back(
      {"duration", CellKind::number, [](const Entry& e) { return e.model.duration_seconds; }});
  return columns;
}

std::vector<std::string_view> column_names() {
  std::vector<std::string_view> names;
  for (const HistoryColumn& column : history_columns()) names.push_back(column.name);
  return names;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

[[noreturn]] void refuse(std::string_view what, std::string_view allowed) {
  throw UsageError("--where", what, allowed);
}

const HistoryColumn& column_of(std::string_view name) {
  const std::vector<HistoryColumn>& columns = history_columns();
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const HistoryColumn& column) { return column.name == name; });
  if (found != columns.end()) return *found;
  refuse("nothing is called " + printable(name), "allowed are " + join(column_names()));
}

/// A number, all of the text.
std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = code == std::errc() && end == text.data() + text.size();
  return is_whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

/// What a model's value is compared with.
CellValue value_of(const HistoryColumn& column, std::string_view text) {
  const std::string what =
      printable(text) + " is nothing that " + std::string(column.name) + " can be";
  switch (column.kind) {
    case CellKind::number:
      if (const auto number = number_in(text)) return *number;
      refuse(what, "write a number");
    case CellKind::moment:
      if (const auto moment = parse_iso_time(text))
        return text.size() == length_of_a_day ? std::string(text) : iso_time(*moment);
      refuse(what, "write a day, 2026-11-24, or a moment, 2026-11-24T08:00Z");
    case CellKind::yes_no:
      if (text == "yes" || text == "no") return std::string(text);
      refuse(what, "write yes or no");
    case CellKind::text:
      break;
  }
  return std::string(text);
}

/// Below 0: a is less; above 0: b is. Where `b` is a day, only the day of `a` counts.
int compare(const CellValue& a, const CellValue& b, CellKind kind) {
  if (const auto* number = std::get_if<double>(&a)) {
    const double other = std::get<double>(b);
    return *number < other ? -1 : *number > other ? 1 : 0;
  }
  std::string_view text = std::get<std::string>(a);
  const std::string& other = std::get<std::string>(b);
  if (kind == CellKind::moment) text = text.substr(0, other.size());
  return text.compare(other);
}

/// Better first. A model without the metric is behind all that have it.
bool is_better(Metric metric, const Manifest& a, const Manifest& b) {
  if (!a.metrics.contains(metric) || !b.metrics.contains(metric))
    return a.metrics.contains(metric) && !b.metrics.contains(metric);
  return improvement(metric, a.metrics.at(metric), b.metrics.at(metric)) > 0;
}

bool comes_first(const std::string& key, const Manifest& a, const Manifest& b) {
  if (const auto metric = parse_metric(key)) return is_better(*metric, a, b);
  if (key == "rows") return a.dataset.rows_kept > b.dataset.rows_kept;
  if (key == "duration") return a.duration_seconds > b.duration_seconds;
  return a.created_at > b.created_at;
}

}  // namespace

const std::vector<HistoryColumn>& history_columns() {
  static const std::vector<HistoryColumn> columns = make_columns();
  return columns;
}

Condition Condition::parse(std::string_view text) {
  constexpr std::string_view signs = "=!<>";
  constexpr std::string_view allowed = "write KEY=VALUE, with one of =, !=, <, <=, >, >=";
  const std::size_t first = text.find_first_of(signs);
  if (first == text.npos) refuse(printable(text) + " is no condition", allowed);
  const std::size_t behind = std::min(text.find_first_not_of(signs, first), text.size());
  const HistoryColumn& column = column_of(trimmed(text.substr(0, first)));
  const std::string_view sign = text.substr(first, behind - first);

  constexpr std::array<std::pair<std::string_view, Operator>, 6> operators = {
      {{"=", Operator::equal},
       {"!=", Operator::unequal},
       {"<", Operator::less},
       {"<=", Operator::at_most},
       {">", Operator::greater},
       {">=", Operator::at_least}}};
  const auto* const found = std::find_if(operators.begin(), operators.end(),
                                         [&](const auto& one) { return one.first == sign; });
  if (found == operators.end()) refuse(printable(sign) + " compares nothing", allowed);
  const bool is_order = found->second != Operator::equal && found->second != Operator::unequal;
  if (is_order && column.kind == CellKind::yes_no)
    refuse(std::string(column.name) + " is yes or no", "compare it with = or !=");
  return {column, found->second, value_of(column, trimmed(text.substr(behind)))};
}

bool Condition::holds(const HistoryEntry& entry) const {
  const CellValue value = column_->value(entry);
  if (std::holds_alternative<std::monostate>(value)) return false;
  const int order = compare(value, value_, column_->kind);
  switch (operator_) {
    case Operator::equal:
      return order == 0;
    case Operator::unequal:
      return order != 0;
    case Operator::less:
      return order < 0;
    case Operator::at_most:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::at_least:
      break;
  }
  return order >= 0;
}

const std::vector<std::string>& sort_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all = {"created", "rows", "duration"};
    all.reserve(all.size() + all_metrics.size());
    for (const Metric metric : all_metrics) all.emplace_back(info(metric).name);
    return all;
  }();
  return keys;
}

std::vector<HistoryEntry> select(std::vector<HistoryEntry> entries, const HistoryQuery& query) {
  std::erase_if(entries, [&](const HistoryEntry& entry) {
    return !std::all_of(query.where.begin(), query.where.end(),
                        [&](const Condition& condition) { return condition.holds(entry); });
  });
  std::reverse(entries.begin(), entries.end());
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const HistoryEntry& a, const HistoryEntry& b) {
                     return comes_first(query.sort, a.model, b.model);
                   });
  entries.resize(std::min(entries.size(), query.limit));
  return entries;
}

}  // namespace diamond::train
