#include "explanation_table.h"

#include "terminal_table.h"

#include <diamond/core/json_text.h>
#include <diamond/data/csv_writer.h>
#include <diamond/trust/stone_json.h>
#include <diamond/trust/wording.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <ostream>

namespace diamond::train {
namespace {

std::string in_usd(double usd) {
  std::string text;
  append_usd(text, usd);
  return text;
}

std::string shown_field(const Diamond& stone, Field field) {
  const Json value = value_in(stone, field);
  return value.is_string() ? value.get<std::string>() : shown(value.get<double>());
}

/// The fields, that of the greatest effect first.
std::array<std::size_t, field_count> by_effect(const PerField& effects) {
  std::array<std::size_t, field_count> order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(effects[a]) > std::abs(effects[b]);
  });
  return order;
}

std::string bar(double effect, double greatest) {
  constexpr double longest = 30;
  const double length = greatest > 0 ? std::round(longest * std::abs(effect) / greatest) : 0;
  return std::string(static_cast<std::size_t>(length), effect < 0 ? '-' : '+');
}

void print_verdict(std::ostream& out, const Appraisal& appraisal, const std::string& model_id) {
  out << "price     " << in_usd(appraisal.price) << " USD\n";
  if (const auto& interval = appraisal.interval)
    out << "interval  " << in_usd(interval->low) << " to " << in_usd(interval->high) << " USD ("
        << shown(IntervalPredictor::coverage * 100) << " % of such stones)\n";
  out << "model     " << model_id << '\n';
  for (const Warning& warning : appraisal.warnings) out << "warning   " << warning.message << '\n';
}

}  // namespace

void print_explanation(std::ostream& out, const Diamond& stone, const Appraisal& appraisal,
                       const Explanation& explanation, const std::string& model_id) {
  print_verdict(out, appraisal, model_id);
  const Explanation told = in_cents(explanation, appraisal.price);
  const auto order = by_effect(told.effects);
  const double greatest = std::abs(told.effects[order.front()]);
  TerminalTable table({{"", Align::left, 0},
                       {"VALUE", Align::left, 1},
                       {"USD", Align::right, 0},
                       {"", Align::left, 2}});
  table.add({"base value", "", in_usd(told.base_value), ""});
  for (const std::size_t i : order) {
    const auto field = static_cast<Field>(i);
    const std::string sign = told.effects[i] < 0 ? "" : "+";
    table.add({std::string(name_of(field)), shown_field(stone, field),
               sign + in_usd(told.effects[i]), bar(told.effects[i], greatest)});
  }
  table.add({"price", "", in_usd(appraisal.price), ""});
  out << '\n';
  table.print(out, Terminal::of_stdout());
}

}  // namespace diamond::train
