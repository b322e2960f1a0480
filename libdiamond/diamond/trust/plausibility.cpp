#include <diamond/trust/plausibility.h>
#include <diamond/trust/wording.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace diamond {
namespace {

constexpr std::array sizes = {Quantity::x, Quantity::y, Quantity::z};

/// What a value has to be multiplied with to put its decimal point right.
constexpr std::array decimal_slips = {10.0, 0.1, 100.0, 0.01};

/// Of how badly a stone hangs together, what a slip may leave when it is undone: real stones with
/// coarse numbers would else be taken for slips that happen to fit.
constexpr double remains_of_a_slip = 0.04;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// What contradictions come from. The table takes part in none.
constexpr std::array contradicting = {Quantity::carat, Quantity::depth, Quantity::z, Quantity::x,
                                      Quantity::y};

bool is_in_range(const Diamond& stone, const TrainingProfile& profile) {
  return std::all_of(stone_quantities.begin(), stone_quantities.end(), [&](Quantity quantity) {
    return profile.range(quantity).contains(value_of(stone, quantity));
  });
}

/// 6.5 for 65 and 0.1, without the dust of binary fractions.
double moved_point(double value, double factor) {
  return factor < 1 ? value / std::round(1 / factor) : value * factor;
}

/// None where the number is none that a stone can have: sizes next to 0 make such.
std::vector<Suggestion> suggestion(Quantity quantity, double value) {
  if (!(value > 0 && value <= info(quantity).upper_limit)) return {};
  return {{quantity, as_shown(value)}};
}

/// What a stone has of these quantities.
std::vector<Suggestion> suggestions(const Diamond& stone, std::span<const Quantity> quantities) {
  std::vector<Suggestion> all;
  for (const Quantity quantity : quantities)
    for (const Suggestion& one : suggestion(quantity, value_of(stone, quantity)))
      all.push_back(one);
  return all;
}

/// What the stone might have been meant to be, and what it took to get there.
struct Reading {
  enum class Change : std::uint8_t {
    point_moved,
    unit_changed,
    exchanged,
    replaced,
    both_replaced
  };

  Diamond stone;
  Change change;
  Quantity one;
  Quantity other;  // the same where it takes no other
};
using Change = Reading::Change;

/// A stone about which something is odd.
class Inquiry {
 public:
  Inquiry(const Diamond& stone, const TrainingProfile& profile,
          std::span<const Assumption> assumptions)
      : stone_(stone), profile_(profile), given_(given_part(stone, assumptions)) {
    for (const Assumption& assumption : assumptions) silent_[index(assumption.field)] = true;
  }

  std::vector<Warning> warnings() {
    if (!profile_.proportions().hold(stone_)) look_for_contradictions();
    look_at_ranges();
    return std::move(warnings_);
  }

 private:
  static std::size_t index(Field field) { return static_cast<std::size_t>(field); }

  [[nodiscard]] bool is_given(Quantity quantity) const {
    return quantity == Quantity::carat || value_of(given_, quantity).has_value();
  }

  [[nodiscard]] std::vector<Quantity> given_sizes() const {
    std::vector<Quantity> given;
    for (const Quantity quantity : sizes)
      if (is_given(quantity)) given.push_back(quantity);
    return given;
  }

  void warn(Warning warning) {
    if (silent_[index(warning.field)]) return;
    silent_[index(warning.field)] = true;
    warnings_.push_back(std::move(warning));
  }

  void look_for_contradictions() {
    std::optional<Reading> reading = best_of(slips(), misfit(stone_) * remains_of_a_slip);
    if (!reading) reading = best_of(replacements(), infinity);
    if (!reading) reading = best_of(paired_replacements(), infinity);
    if (!reading) return name_contradictions();
    warn(told(*reading));
    stone_ = reading->stone;
  }

  [[nodiscard]] double misfit(const Diamond& stone) const {
    double sum = 0;
    for (const double deviation : profile_.proportions().deviations(stone))
      sum += deviation * deviation;
    return sum;
  }

  /// The one that hangs together best, with less than `most` misfit, and lies in the ranges where
  /// it differs from the stone; none if none does. The first of equals.
  [[nodiscard]] std::optional<Reading> best_of(std::span<const Reading> readings,
                                               double most) const {
    std::optional<Reading> best;
    for (const Reading& reading : readings) {
      if (!profile_.proportions().hold(reading.stone) || !changes_are_in_range(reading.stone))
        continue;
      const double misfit = this->misfit(reading.stone);
      if (misfit >= most) continue;
      most = misfit;
      best = reading;
    }
    return best;
  }

  [[nodiscard]] bool changes_are_in_range(const Diamond& other) const {
    return std::all_of(stone_quantities.begin(), stone_quantities.end(), [&](Quantity quantity) {
      const double value = value_of(other, quantity);
      return value == value_of(stone_, quantity) || profile_.range(quantity).contains(value);
    });
  }

  [[nodiscard]] Diamond completed(const PartialDiamond& partial) const {
    return complete(partial, profile_).stone;
  }

  /// The stone with one number changed, and what was assumed of it assumed anew.
  [[nodiscard]] Diamond with(Quantity quantity, double value) const {
    PartialDiamond partial = given_;
    if (quantity == Quantity::carat)
      partial.carat = value;
    else
      value_of(partial, quantity) = value;
    return completed(partial);
  }

  /// The stone with one or two numbers left out, and assumed like the others.
  [[nodiscard]] Diamond without(Quantity one, Quantity other) const {
    PartialDiamond partial = given_;
    value_of(partial, one).reset();
    value_of(partial, other).reset();
    return completed(partial);
  }

  [[nodiscard]] std::vector<Reading> slips() const {
    std::vector<Reading> readings;
    for (const Quantity quantity : contradicting)
      if (is_given(quantity)) add_decimal_slips(quantity, readings);
    add_unit_slips(readings);
    add_exchange(Quantity::depth, Quantity::table, readings);
    add_exchange(Quantity::z, Quantity::x, readings);
    add_exchange(Quantity::z, Quantity::y, readings);
    return readings;
  }

  void add_decimal_slips(Quantity quantity, std::vector<Reading>& readings) const {
    for (const double factor : decimal_slips)
      readings.push_back({with(quantity, moved_point(value_of(stone_, quantity), factor)),
                          Change::point_moved, quantity, quantity});
  }

  /// All sizes in centimetres, or in tenths of a millimetre.
  void add_unit_slips(std::vector<Reading>& readings) const {
    const Quantity first = given_.x ? Quantity::x : given_.y ? Quantity::y : Quantity::z;
    for (const double factor : {10.0, 0.1}) {
      PartialDiamond partial = given_;
      for (const Quantity quantity : sizes)
        if (auto& size = value_of(partial, quantity)) size = moved_point(*size, factor);
      readings.push_back({completed(partial), Change::unit_changed, first, first});
    }
  }

  void add_exchange(Quantity one, Quantity other, std::vector<Reading>& readings) const {
    if (!is_given(one) || !is_given(other)) return;
    PartialDiamond partial = given_;
    std::swap(value_of(partial, one), value_of(partial, other));
    readings.push_back({completed(partial), Change::exchanged, one, other});
  }

  /// One number is what the others make of it.
  [[nodiscard]] std::vector<Reading> replacements() const {
    std::vector<Reading> readings = {{with(Quantity::carat, usual_weight()), Change::replaced,
                                      Quantity::carat, Quantity::carat}};
    for (const Quantity quantity : contradicting)
      if (quantity != Quantity::carat && is_given(quantity))
        readings.push_back({without(quantity, quantity), Change::replaced, quantity, quantity});
    return readings;
  }

  [[nodiscard]] std::vector<Reading> paired_replacements() const {
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      for (std::size_t j = i + 1; j < sizes.size(); ++j)
        if (is_given(sizes[i]) && is_given(sizes[j]))
          readings.push_back(
              {without(sizes[i], sizes[j]), Change::both_replaced, sizes[i], sizes[j]});
    return readings;
  }

  /// What to say of a reading that is believed.
  [[nodiscard]] Warning told(const Reading& reading) const {
    const auto [meant, change, one, other] = reading;
    const std::array both_quantities = {one, other};
    const Field field = field_of(one);
    const std::string was = with_name(one, value_of(stone_, one));
    const std::string both = was + " and " + with_name(other, value_of(stone_, other));
    const double should_be = value_of(meant, one);
    switch (change) {
      case Change::point_moved:
        return {
            field,
            was + " does not go with the rest of the stone: did you mean " + shown(should_be) + "?",
            WarningCode::decimal_point, suggestion(one, should_be)};
      case Change::unit_changed:
        return {field,
                shown_size(stone_) + " does not go with " +
                    with_unit(Quantity::carat, stone_.carat) + ": did you mean " +
                    shown_size(meant) + "?",
                WarningCode::unit, suggestions(meant, given_sizes())};
      case Change::exchanged:
        return {field,
                both + " look exchanged: did you mean " + with_name(one, should_be) + " and " +
                    with_name(other, value_of(meant, other)) + "?",
                WarningCode::exchanged, suggestions(meant, both_quantities)};
      case Change::both_replaced:
        return {field,
                both + " do not go with the rest of the stone: they should be about " +
                    shown(should_be) + " and " + with_unit(other, value_of(meant, other)),
                WarningCode::contradiction, suggestions(meant, both_quantities)};
      case Change::replaced:
        break;
    }
    if (one == Quantity::carat) return of_weight();
    if (one == Quantity::depth) return of_depth();
    return {field,
            was + " does not go with the rest of the stone: it should be about " +
                with_unit(one, should_be),
            WarningCode::contradiction, suggestion(one, should_be)};
  }

  void name_contradictions() {
    is_size_in_doubt_ = true;
    const Deviations deviations = profile_.proportions().deviations(stone_);
    for (const Relation relation : all_relations) {
      if (std::abs(deviations[static_cast<std::size_t>(relation)]) <= 1) continue;
      if (relation == Relation::weight) warn(of_weight());
      if (relation == Relation::depth) warn(of_depth());
      if (relation == Relation::width) warn(of_width());
    }
  }

  [[nodiscard]] double usual_weight() const {
    return as_certified(Quantity::carat, profile_.proportions().density(stone_.cut) * stone_.x *
                                             stone_.y * stone_.z);
  }

  [[nodiscard]] Warning of_weight() const {
    return {Field::carat,
            with_unit(Quantity::carat, stone_.carat) + " does not go with " + shown_size(stone_) +
                ": such a stone weighs about " + with_unit(Quantity::carat, usual_weight()),
            WarningCode::contradiction, suggestion(Quantity::carat, usual_weight())};
  }

  /// Where depth or z was assumed, they agree with each other.
  [[nodiscard]] Warning of_depth() const {
    const double depth = as_certified(Quantity::depth, measured_depth(stone_));
    return {Field::depth,
            with_name(Quantity::depth, stone_.depth) + " does not go with " + shown_size(stone_) +
                ", which make " + with_unit(Quantity::depth, depth),
            WarningCode::contradiction, suggestion(Quantity::depth, depth)};
  }

  [[nodiscard]] Warning of_width() const {
    const Quantity quantity = is_given(Quantity::y) ? Quantity::y : Quantity::x;
    const double ratio = profile_.proportions().width_ratio();
    const double y = as_certified(Quantity::y, stone_.x * ratio);
    return {field_of(quantity),
            with_name(Quantity::x, stone_.x) + " does not go with " +
                with_name(Quantity::y, stone_.y) + ": usual are about " +
                with_name(Quantity::x, stone_.x) + " and " + with_name(Quantity::y, y),
            WarningCode::contradiction,
            suggestion(quantity,
                       quantity == Quantity::y ? y : as_certified(Quantity::x, stone_.y / ratio))};
  }

  void look_at_ranges() {
    const bool skip_sizes =
        is_size_in_doubt_ || !profile_.range(Quantity::carat).contains(stone_.carat);
    for (const Quantity quantity : stone_quantities) {
      const bool is_size = std::find(sizes.begin(), sizes.end(), quantity) != sizes.end();
      const double value = value_of(stone_, quantity);
      if (silent_[index(field_of(quantity))] || profile_.range(quantity).contains(value) ||
          (is_size && skip_sizes))
        continue;
      warn(out_of_range(quantity, value));
    }
  }

  [[nodiscard]] Warning out_of_range(Quantity quantity, double value) const {
    const Range& range = profile_.range(quantity);
    Warning warning{field_of(quantity),
                    with_name(quantity, value) + " is outside the training range, " +
                        shown(range.low) + " to " + with_unit(quantity, range.high),
                    WarningCode::outside_range};
    warning.range = Range{as_shown(range.low), as_shown(range.high)};
    if (const auto meant = in_range_but_for_its_point(quantity, value)) {
      warning.message += ": did you mean " + shown(*meant) + "?";
      warning.suggested = suggestion(quantity, *meant);
    }
    return warning;
  }

  /// Nothing else speaks for it, so only for what no stone can have tenfold.
  [[nodiscard]] std::optional<double> in_range_but_for_its_point(Quantity quantity,
                                                                 double value) const {
    if (quantity != Quantity::depth && quantity != Quantity::table) return std::nullopt;
    for (const double factor : decimal_slips)
      if (profile_.range(quantity).contains(moved_point(value, factor)))
        return moved_point(value, factor);
    return std::nullopt;
  }

  Diamond stone_;  // as described, then as it seems to have been meant
  const TrainingProfile& profile_;
  PartialDiamond given_;
  std::array<bool, field_count> silent_{};  // assumed, or warned of already
  bool is_size_in_doubt_ = false;
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<Warning> implausibilities(const Diamond& stone, const TrainingProfile& profile,
                                      std::span<const Assumption> assumptions) {
  if (is_in_range(stone, profile) && profile.proportions().hold(stone)) return {};
  return Inquiry(stone, profile, assumptions).warnings();
}

}  // namespace diamond
