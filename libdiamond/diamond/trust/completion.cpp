#include <diamond/trust/completion.h>
#include <diamond/trust/wording.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace diamond {
namespace {

/// Fills in one quantity after the other; each step may rest on those before.
class Completer {
 public:
  Completer(const PartialDiamond& partial, const TrainingProfile& profile)
      : known_(partial), profile_(profile) {}

  Completion completed() {
    if (!known_.table) assume_median_of_cut(Quantity::table, profile_.usual_table(known_.cut));
    if (!known_.depth && !known_.x && !known_.y && !known_.z) assume_usual_depth();
    if (!known_.x && !known_.y) find_girdle();
    if (!known_.x) find_x();
    if (!known_.y) find_y();
    if (!known_.z) find_z();
    if (!known_.depth)
      assume(Quantity::depth, measured_depth(stone()), {Field::x, Field::y, Field::z},
             "from x, y and z");
    return {stone(), std::move(assumptions_)};
  }

 private:
  /// Zeros where nothing is known yet.
  [[nodiscard]] Diamond stone() const {
    return {known_.carat,
            known_.cut,
            known_.color,
            known_.clarity,
            known_.depth.value_or(0),
            known_.table.value_or(0),
            known_.x.value_or(0),
            known_.y.value_or(0),
            known_.z.value_or(0)};
  }

  [[nodiscard]] double ratio() const { return profile_.proportions().width_ratio(); }

  /// x·y·z by the weight.
  [[nodiscard]] double box() const {
    return known_.carat / profile_.proportions().density(known_.cut);
  }

  /// x + y by z and depth.
  [[nodiscard]] double girdle() const { return 200 * *known_.z / *known_.depth; }

  /// The depth that the weight asks for, or the end of the training range where that is as good
  /// for the weight; none where it contradicts the weight, which grows with `power` of the depth.
  [[nodiscard]] std::optional<double> plausible_depth(double by_weight, double power) const {
    const Range& range = profile_.range(Quantity::depth);
    const double nearest = std::clamp(by_weight, range.low, range.high);
    const double off = std::abs(power * std::log(by_weight / nearest));
    if (off <= profile_.proportions().tolerance(Relation::weight)) return nearest;
    return std::nullopt;
  }

  [[nodiscard]] bool are_plausible_sides(double x, double y) const {
    return x > 0 && y > 0 &&
           std::abs(std::log(y / x / ratio())) <= profile_.proportions().tolerance(Relation::width);
  }

  void assume(Quantity quantity, double value, FieldSet from, std::string how) {
    const double rounded = std::min(as_certified(quantity, value), info(quantity).upper_limit);
    value_of(known_, quantity) = rounded;
    assumptions_.push_back({field_of(quantity), rounded, from, std::move(how)});
  }

  void assume_median_of_cut(Quantity quantity, double median) {
    assume(quantity, median, {Field::cut},
           "the median of " + std::string(name_of(known_.cut)) + " stones");
  }

  void assume_usual_depth() {
    assume_median_of_cut(Quantity::depth, profile_.usual_depth(known_.cut));
  }

  void assume_x_of_girdle() {
    assume(Quantity::x, girdle() / (1 + ratio()), {Field::z, Field::depth}, "from z and depth");
  }

  /// Neither x nor y is known, but z or depth is: finds x.
  void find_girdle() {
    if (known_.z && known_.depth) return assume_x_of_girdle();
    if (!known_.z) {
      // box = x · ratio x · z, with z = depth / 200 · (1 + ratio) x.
      const double shape = ratio() * (1 + ratio()) * *known_.depth / 200;
      return assume(Quantity::x, std::cbrt(box() / shape), {Field::carat, Field::depth},
                    "from the weight and depth, by the usual density");
    }
    const double x_by_weight = std::sqrt(box() / *known_.z / ratio());
    const double depth_by_weight = 200 * *known_.z / ((1 + ratio()) * x_by_weight);
    if (const auto depth = plausible_depth(depth_by_weight, -2))
      return assume(Quantity::x, 200 * *known_.z / *depth / (1 + ratio()), {Field::carat, Field::z},
                    "from the weight and z, by the usual density");
    assume_usual_depth();
    assume_x_of_girdle();
  }

  void find_x() {
    if (known_.z && known_.depth && are_plausible_sides(girdle() - *known_.y, *known_.y))
      return assume(Quantity::x, girdle() - *known_.y, {Field::y, Field::z, Field::depth},
                    "from y, z and depth");
    assume(Quantity::x, *known_.y / ratio(), {Field::y},
           "from y, by the usual ratio of y to x, " + shown_ratio());
  }

  void find_y() {
    if (known_.z && known_.depth && are_plausible_sides(*known_.x, girdle() - *known_.x))
      return assume(Quantity::y, girdle() - *known_.x, {Field::x, Field::z, Field::depth},
                    "from x, z and depth");
    assume(Quantity::y, *known_.x * ratio(), {Field::x},
           "from x, by the usual ratio of y to x, " + shown_ratio());
  }

  void find_z() {
    const double sides = *known_.x + *known_.y;
    if (!known_.depth) {
      const double z_by_weight = box() / *known_.x / *known_.y;
      if (const auto depth = plausible_depth(200 * z_by_weight / sides, 1))
        return assume(Quantity::z, *depth * sides / 200, {Field::carat, Field::x, Field::y},
                      "from the weight, x and y, by the usual density");
      assume_usual_depth();
    }
    assume(Quantity::z, *known_.depth * sides / 200, {Field::x, Field::y, Field::depth},
           "from x, y and depth");
  }

  [[nodiscard]] std::string shown_ratio() const { return shown(std::round(ratio() * 1000) / 1000); }

  PartialDiamond known_;
  const TrainingProfile& profile_;
  std::vector<Assumption> assumptions_;
};

std::optional<double> PartialDiamond::*member_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::depth:
      return &PartialDiamond::depth;
    case Quantity::table:
      return &PartialDiamond::table;
    case Quantity::x:
      return &PartialDiamond::x;
    case Quantity::y:
      return &PartialDiamond::y;
    default:
      return &PartialDiamond::z;
  }
}

Quantity quantity_of(Field field) {
  return *std::find_if(stone_quantities.begin(), stone_quantities.end(),
                       [field](Quantity quantity) { return field_of(quantity) == field; });
}

}  // namespace

std::optional<double>& value_of(PartialDiamond& partial, Quantity quantity) {
  return partial.*member_of(quantity);
}

const std::optional<double>& value_of(const PartialDiamond& partial, Quantity quantity) {
  return partial.*member_of(quantity);
}

Warning warning_of(const Assumption& assumption) {
  const Quantity quantity = quantity_of(assumption.field);
  return {assumption.field,
          std::string(name_of(assumption.field)) + " is not given: " +
              with_unit(quantity, assumption.value) + " is assumed, " + assumption.how,
          WarningCode::assumed,
          {{quantity, assumption.value}},
          assumption.from};
}

Completion complete(const PartialDiamond& partial, const TrainingProfile& profile) {
  return Completer(partial, profile).completed();
}

PartialDiamond weight_and_grades(const Diamond& stone) {
  PartialDiamond known;
  known.carat = stone.carat;
  known.cut = stone.cut;
  known.color = stone.color;
  known.clarity = stone.clarity;
  return known;
}

PartialDiamond given_part(const Diamond& stone, std::span<const Assumption> assumptions) {
  PartialDiamond partial{stone.carat, stone.cut, stone.color, stone.clarity, stone.depth,
                         stone.table, stone.x,   stone.y,     stone.z};
  for (const Assumption& assumption : assumptions)
    value_of(partial, quantity_of(assumption.field)).reset();
  return partial;
}

}  // namespace diamond
