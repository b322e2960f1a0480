#include <diamond/core/parallel.h>
#include <diamond/core/random.h>
#include <diamond/models/explanation.h>
#include <diamond/report/effects.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace diamond {
namespace {

constexpr std::size_t asked_rows = 3000;     // of each field, twice
constexpr std::size_t explained_rows = 200;  // explanations are dear
constexpr std::size_t most_steps = 20;
constexpr std::uint64_t seed = 42;

std::vector<PricedDiamond> stones_of(const JudgedModel& judged, std::size_t most) {
  std::vector<PricedDiamond> stones;
  for (const std::uint32_t place : judged.sample(most))
    stones.push_back(judged.table.row(judged.test[place]));
  return stones;
}

std::vector<double> prices_of(const Model& model, const std::vector<PricedDiamond>& stones) {
  Table table;
  for (const PricedDiamond& stone : stones) table.push(stone);
  std::vector<double> prices(stones.size());
  model.predict({table, all_rows(table)}, prices);
  return prices;
}

/// A field's value as a number: a quantity, or the place of a grade among its names.
double value_of(const Diamond& stone, Field field) {
  switch (field) {
    case Field::cut:
      return static_cast<double>(stone.cut);
    case Field::color:
      return static_cast<double>(stone.color);
    case Field::clarity:
      return static_cast<double>(stone.clarity);
    default:
      return diamond::value_of(stone, *parse_quantity(name_of(field)));
  }
}

void set_value(Diamond& stone, Field field, double value) {
  switch (field) {
    case Field::cut:
      stone.cut = static_cast<Cut>(value);
      return;
    case Field::color:
      stone.color = static_cast<Color>(value);
      return;
    case Field::clarity:
      stone.clarity = static_cast<Clarity>(value);
      return;
    default:
      diamond::value_of(stone, *parse_quantity(name_of(field))) = value;
  }
}

/// The names of a grade's values; none where the field is a quantity.
std::span<const std::string_view> grade_names(Field field) {
  if (field == Field::cut) return GradeInfo<Cut>::names;
  if (field == Field::color) return GradeInfo<Color>::names;
  if (field == Field::clarity) return GradeInfo<Clarity>::names;
  return {};
}

double mean_absolute_error(const std::vector<PricedDiamond>& stones,
                           const std::vector<double>& prices) {
  double sum = 0;
  for (std::size_t i = 0; i < stones.size(); ++i) sum += std::abs(prices[i] - stones[i].price);
  return sum / static_cast<double>(stones.size());
}

/// The stones with one field's values dealt out anew (Fisher and Yates).
std::vector<PricedDiamond> permuted(std::vector<PricedDiamond> stones, Field field) {
  Random random(seed, static_cast<std::uint64_t>(field));
  for (std::size_t i = stones.size(); i > 1; --i) {
    const std::size_t j = random.below(i);
    const double value = value_of(stones[i - 1].stone, field);
    set_value(stones[i - 1].stone, field, value_of(stones[j].stone, field));
    set_value(stones[j].stone, field, value);
  }
  return stones;
}

PerField mean_contributions(const JudgedModel& judged) {
  const std::vector<PricedDiamond> stones = stones_of(judged, explained_rows);
  const std::unique_ptr<const Explainer> explainer = judged.model->explainer();
  std::vector<PerField> effects(stones.size());
  parallel_for(stones.size(), 8, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      effects[i] = explainer->explain(stones[i].stone).effects;
  });
  PerField means{};
  for (const PerField& one : effects)
    for (std::size_t field = 0; field < field_count; ++field)
      means.at(field) += std::abs(one.at(field)) / static_cast<double>(stones.size());
  return means;
}

/// Where a field's steps begin and end: quantiles of a quantity, or all grades.
std::vector<double> edges_of(const std::vector<PricedDiamond>& stones, Field field) {
  if (const auto names = grade_names(field); !names.empty()) {
    std::vector<double> edges(names.size());
    std::iota(edges.begin(), edges.end(), 0.0);
    return edges;
  }
  std::vector<double> values;
  values.reserve(stones.size());
  for (const PricedDiamond& stone : stones) values.push_back(value_of(stone.stone, field));
  std::sort(values.begin(), values.end());
  std::vector<double> edges;
  for (std::size_t i = 0; i <= most_steps; ++i)
    edges.push_back(values[i * (values.size() - 1) / most_steps]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

/// The stones asked about a step, as if they had its lower and its upper value.
struct Step {
  std::vector<PricedDiamond> lower;
  std::vector<PricedDiamond> upper;
};

/// A quantity's stone belongs to the step that it lies in; a graded one to both beside its grade.
std::vector<Step> steps_of(const std::vector<PricedDiamond>& stones, Field field,
                           const std::vector<double>& edges) {
  std::vector<Step> steps(edges.size() - 1);
  if (steps.empty()) return steps;
  const auto ask = [&](std::size_t step, const PricedDiamond& stone) {
    steps[step].lower.push_back(stone);
    set_value(steps[step].lower.back().stone, field, edges[step]);
    steps[step].upper.push_back(stone);
    set_value(steps[step].upper.back().stone, field, edges[step + 1]);
  };
  const bool is_grade = !grade_names(field).empty();
  for (const PricedDiamond& stone : stones) {
    const double value = value_of(stone.stone, field);
    const auto above = static_cast<std::size_t>(
        std::lower_bound(edges.begin(), edges.end(), value) - edges.begin());
    if (above > 0) ask(above - 1, stone);
    if (is_grade && above + 1 < edges.size()) ask(above, stone);
    if (!is_grade && above == 0) ask(0, stone);
  }
  return steps;
}

struct Effects {
  std::vector<double> values;  // at each edge, USD
  std::vector<std::size_t> rows;
};

Effects accumulate(const Model& model, const std::vector<Step>& steps) {
  Effects effects{{0.0}, {steps.empty() ? 0 : steps.front().lower.size()}};
  for (const Step& step : steps) {
    const std::vector<double> lower = prices_of(model, step.lower);
    const std::vector<double> upper = prices_of(model, step.upper);
    double difference = 0;
    for (std::size_t i = 0; i < lower.size(); ++i) difference += upper[i] - lower[i];
    if (!lower.empty()) difference /= static_cast<double>(lower.size());
    effects.values.push_back(effects.values.back() + difference);
    effects.rows.push_back(lower.size());
  }
  return effects;
}

/// The mean effect of the stones' own values, between edges by interpolation.
double mean_effect(const std::vector<PricedDiamond>& stones, Field field,
                   const std::vector<double>& edges, const std::vector<double>& effects) {
  double sum = 0;
  for (const PricedDiamond& stone : stones) {
    const double value = std::clamp(value_of(stone.stone, field), edges.front(), edges.back());
    const auto above = static_cast<std::size_t>(
        std::lower_bound(edges.begin(), edges.end(), value) - edges.begin());
    if (above == 0) {
      sum += effects.front();
      continue;
    }
    const double share = (value - edges[above - 1]) / (edges[above] - edges[above - 1]);
    sum += effects[above - 1] + share * (effects[above] - effects[above - 1]);
  }
  return sum / static_cast<double>(stones.size());
}

Json effects_of(const JudgedModel& judged, const std::vector<PricedDiamond>& stones, Field field) {
  const std::vector<double> edges = edges_of(stones, field);
  const Effects effects = accumulate(*judged.model, steps_of(stones, field, edges));
  const double mean = mean_effect(stones, field, edges, effects.values);
  const auto names = grade_names(field);
  Json points = Json::array();
  for (std::size_t i = 0; i < edges.size(); ++i)
    points.push_back({{"value", names.empty() ? Json(edges[i]) : Json(names[i])},
                      {"effect", effects.values[i] - mean},
                      {"rows", effects.rows[i]}});
  const auto quantity = parse_quantity(name_of(field));
  return {{"field", name_of(field)},
          {"unit", quantity ? info(*quantity).unit : std::string_view()},
          {"points", points}};
}

}  // namespace

Json importance(const JudgedModel& judged) {
  const std::vector<PricedDiamond> stones = stones_of(judged, asked_rows);
  const double error = mean_absolute_error(stones, prices_of(*judged.model, stones));
  const PerField contributions = mean_contributions(judged);
  struct Importance {
    Field field;
    double permutation;
  };
  std::vector<Importance> found;
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    const std::vector<PricedDiamond> mixed = permuted(stones, field);
    found.push_back({field, mean_absolute_error(mixed, prices_of(*judged.model, mixed)) - error});
  }
  std::stable_sort(found.begin(), found.end(), [](const Importance& a, const Importance& b) {
    return a.permutation > b.permutation;
  });
  Json array = Json::array();
  for (const Importance& one : found)
    array.push_back({{"field", name_of(one.field)},
                     {"permutation", one.permutation},
                     {"contribution", contributions.at(static_cast<std::size_t>(one.field))}});
  return array;
}

Json local_effects(const JudgedModel& judged) {
  const std::vector<PricedDiamond> stones = stones_of(judged, asked_rows);
  Json array = Json::array();
  for (std::size_t i = 0; i < field_count; ++i)
    array.push_back(effects_of(judged, stones, static_cast<Field>(i)));
  return array;
}

}  // namespace diamond
