// The stone: its grades, its measures, and the names that the whole project calls them by.
//
// This file is the only place that spells the domain out. Everything else (CSV header, request
// fields, dummies, error messages) reads the names, orders, units and limits from here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace diamond {

/// Quality of the cut, worst to best (GIA's words).
enum class Cut : std::uint8_t { fair, good, very_good, premium, ideal };

/// Color grade, worst (J, faintly yellow) to best (D, colorless).
enum class Color : std::uint8_t { J, I, H, G, F, E, D };

/// Clarity grade, worst (I1, visible inclusions) to best (IF, internally flawless).
enum class Clarity : std::uint8_t { I1, SI2, SI1, VS2, VS1, VVS2, VVS1, IF };

/// What is known of a grade type: the field that holds it and its names, worst to best (the
/// enumerators' order).
template <class Grade>
struct GradeInfo;

template <>
struct GradeInfo<Cut> {
  static constexpr std::string_view field = "cut";
  static constexpr std::array<std::string_view, 5> names = {"Fair", "Good", "Very Good", "Premium",
                                                            "Ideal"};
};

template <>
struct GradeInfo<Color> {
  static constexpr std::string_view field = "color";
  static constexpr std::array<std::string_view, 7> names = {"J", "I", "H", "G", "F", "E", "D"};
};

template <>
struct GradeInfo<Clarity> {
  static constexpr std::string_view field = "clarity";
  static constexpr std::array<std::string_view, 8> names = {"I1",  "SI2",  "SI1",  "VS2",
                                                            "VS1", "VVS2", "VVS1", "IF"};
};

/// How many grades there are of this type.
template <class Grade>
inline constexpr std::size_t grade_count = GradeInfo<Grade>::names.size();

/// The grade's name as it stands in files and requests, for instance "Very Good".
template <class Grade>
[[nodiscard]] constexpr std::string_view name_of(Grade grade) {
  return GradeInfo<Grade>::names[static_cast<std::size_t>(grade)];
}

/// The grade of this exact name (case counts), or nothing.
template <class Grade>
[[nodiscard]] constexpr std::optional<Grade> parse_grade(std::string_view name) {
  for (std::size_t i = 0; i < grade_count<Grade>; ++i)
    if (GradeInfo<Grade>::names[i] == name) return static_cast<Grade>(i);
  return std::nullopt;
}

/// What is measured of a stone, in the order in which the project writes it; `price` comes last.
enum class Quantity : std::uint8_t { carat, depth, table, x, y, z, price };

struct QuantityInfo {
  std::string_view name;
  std::string_view unit;
  /// The largest value that can be a real stone's; every quantity is above zero.
  double upper_limit;
};

inline constexpr std::array<QuantityInfo, 7> quantity_infos = {{
    {"carat", "carat (0.2 g)", 100.0},
    {"depth", "percent: z over the mean of x and y", 100.0},
    {"table", "percent: width of the top over the widest point", 100.0},
    {"x", "mm", 100.0},
    {"y", "mm", 100.0},
    {"z", "mm", 100.0},
    {"price", "USD", 1e9},
}};

[[nodiscard]] constexpr const QuantityInfo& info(Quantity quantity) {
  return quantity_infos[static_cast<std::size_t>(quantity)];
}

/// Whether a real stone can have it: a number above 0 and within the limit.
[[nodiscard]] constexpr bool is_possible(Quantity quantity, double value) {
  return value > 0 && value <= info(quantity).upper_limit;
}

/// The quantities of a stone whose price is asked: all but the price.
inline constexpr std::array<Quantity, 6> stone_quantities = {
    Quantity::carat, Quantity::depth, Quantity::table, Quantity::x, Quantity::y, Quantity::z};

/// The quantities of a price list: those of the stone, then the price.
inline constexpr std::array<Quantity, 7> priced_quantities = {
    Quantity::carat, Quantity::depth, Quantity::table, Quantity::x,
    Quantity::y,     Quantity::z,     Quantity::price};

/// The quantity of this name, or nothing.
[[nodiscard]] constexpr std::optional<Quantity> parse_quantity(std::string_view name) {
  for (const Quantity quantity : priced_quantities)
    if (info(quantity).name == name) return quantity;
  return std::nullopt;
}

/// What a stone is described by: its grades and its quantities, in the price list's order.
enum class Field : std::uint8_t { carat, cut, color, clarity, depth, table, x, y, z };

/// By the enumerators' order.
inline constexpr std::array<std::string_view, 9> field_names = {
    "carat", "cut", "color", "clarity", "depth", "table", "x", "y", "z"};

/// How many there are.
inline constexpr std::size_t field_count = field_names.size();

[[nodiscard]] constexpr std::string_view name_of(Field field) {
  return field_names[static_cast<std::size_t>(field)];
}

/// The field that holds this quantity. Requires: `quantity` is not `price`.
[[nodiscard]] constexpr Field field_of(Quantity quantity) {
  constexpr std::array fields = {Field::carat, Field::depth, Field::table,
                                 Field::x,     Field::y,     Field::z};
  return fields[static_cast<std::size_t>(quantity)];
}

/// One stone, as it stands on its certificate. Units as in `quantity_infos`.
struct Diamond {
  double carat = 0;
  Cut cut = Cut::fair;
  Color color = Color::J;
  Clarity clarity = Clarity::I1;
  double depth = 0;
  double table = 0;
  double x = 0;
  double y = 0;
  double z = 0;

  [[nodiscard]] bool operator==(const Diamond&) const = default;
};

/// A stone and what was paid for it, in USD.
struct PricedDiamond {
  Diamond stone;
  double price = 0;

  [[nodiscard]] bool operator==(const PricedDiamond&) const = default;
};

/// A place in `diamond` for each quantity but the price. Requires: `quantity` is not `price`.
[[nodiscard]] constexpr double& value_of(Diamond& diamond, Quantity quantity) {
  switch (quantity) {
    case Quantity::carat:
      return diamond.carat;
    case Quantity::depth:
      return diamond.depth;
    case Quantity::table:
      return diamond.table;
    case Quantity::x:
      return diamond.x;
    case Quantity::y:
      return diamond.y;
    default:
      return diamond.z;
  }
}

/// The same for a stone that is only read.
[[nodiscard]] constexpr double value_of(const Diamond& diamond, Quantity quantity) {
  Diamond copy = diamond;
  return value_of(copy, quantity);
}

}  // namespace diamond
