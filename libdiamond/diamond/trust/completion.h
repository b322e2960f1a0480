// Stones of which not everything is known.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/core/field_set.h>
#include <diamond/trust/training_profile.h>
#include <diamond/trust/warning.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace diamond {

/// A stone whose proportions and size may be unknown. Units as in `quantity_infos`.
struct PartialDiamond {
  double carat = 0;
  Cut cut = Cut::fair;
  Color color = Color::J;
  Clarity clarity = Clarity::I1;
  std::optional<double> depth;
  std::optional<double> table;
  std::optional<double> x;
  std::optional<double> y;
  std::optional<double> z;
};

/// What may be unknown, in the price list's order.
inline constexpr std::array<Quantity, 5> optional_quantities = {
    Quantity::depth, Quantity::table, Quantity::x, Quantity::y, Quantity::z};

/// A place in `partial` for each of the optional quantities. Requires: `quantity` is one of them.
[[nodiscard]] std::optional<double>& value_of(PartialDiamond& partial, Quantity quantity);
[[nodiscard]] const std::optional<double>& value_of(const PartialDiamond& partial,
                                                    Quantity quantity);

/// A number that nobody gave.
struct Assumption {
  Field field = Field::depth;
  double value = 0;
  /// Where it comes from.
  FieldSet from = {};
  /// The same in words: "from x, y and depth".
  std::string how = {};
};

/// "depth is not given: 61.8 % is assumed, the median of Ideal stones".
[[nodiscard]] Warning warning_of(const Assumption& assumption);

struct Completion {
  Diamond stone;
  /// In the order in which they were made: later ones rest on earlier ones.
  std::vector<Assumption> assumptions;
};

/// The stone with all its quantities: those that are given as they are, the others assumed, rounded
/// as on a certificate (0.01 mm, 0.1 %) and never beyond their limits. Each comes from what binds
/// it most:
///   1. geometry: depth, z and the mean of x and y give each other;
///   2. y and x are in their usual ratio;
///   3. the weight gives the size that is still open, by the usual density of the cut;
///   4. table, and a depth that nothing binds: the median of the cut.
/// Where 1 would leave x and y in no plausible ratio, or 3 would make a depth that is far outside
/// the training range, what is given contradicts itself: the next in line is taken instead, so that
/// the contradiction stays with what was given. Requires: what is given is finite and above 0.
[[nodiscard]] Completion complete(const PartialDiamond& partial, const TrainingProfile& profile);

/// Of a stone only what has to be known.
[[nodiscard]] PartialDiamond weight_and_grades(const Diamond& stone);

/// What was given of a stone: all but what was assumed.
[[nodiscard]] PartialDiamond given_part(const Diamond& stone,
                                        std::span<const Assumption> assumptions);

}  // namespace diamond
