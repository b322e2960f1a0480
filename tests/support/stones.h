// Stones and price lists for tests.
#pragma once

#include <diamond/core/table.h>
#include <diamond/data/csv_writer.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace diamond::testing {

/// The fields of a stone that a test does not speak of are those of an ordinary one.
struct StoneFields {
  double carat = 0.5;
  Cut cut = Cut::ideal;
  Color color = Color::G;
  Clarity clarity = Clarity::VS2;
  double depth = 61.5;
  double table = 55;
  double x = 5.1;
  double y = 5.12;
  double z = 3.14;
  double price = 1500;
};

/// For instance stone({.carat = 0.7, .price = 2000}).
inline PricedDiamond stone(const StoneFields& f = {}) {
  return {{f.carat, f.cut, f.color, f.clarity, f.depth, f.table, f.x, f.y, f.z}, f.price};
}

inline Table table_of(const std::vector<PricedDiamond>& stones) {
  Table table;
  for (const PricedDiamond& one : stones) table.push(one);
  return table;
}

/// A price list as a file holds it.
inline std::string csv_of(const std::vector<PricedDiamond>& stones) {
  std::string text = csv_header();
  for (const PricedDiamond& one : stones) append_csv_row(text, one);
  return text;
}

/// Stones of all grades whose price follows from carat and grades, give or take a tenth. The same
/// seed gives the same stones on every machine.
inline std::vector<PricedDiamond> random_stones(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random() % limit);
  };
  std::vector<PricedDiamond> stones;
  for (std::size_t i = 0; i < count; ++i) {
    StoneFields f;
    f.carat = (20 + below(200)) / 100.0;
    f.cut = static_cast<Cut>(below(grade_count<Cut>));
    f.color = static_cast<Color>(below(grade_count<Color>));
    f.clarity = static_cast<Clarity>(below(grade_count<Clarity>));
    f.depth = (560 + below(100)) / 10.0;
    f.table = 50 + below(20);
    f.x = (300 + below(500)) / 100.0;
    f.y = (300 + below(500)) / 100.0;
    f.z = (200 + below(300)) / 100.0;
    const double grades = 1 + 0.1 * static_cast<int>(f.color) + 0.1 * static_cast<int>(f.clarity);
    f.price = std::round(3000 * f.carat * grades * (0.9 + below(200) / 1000.0));
    stones.push_back(stone(f));
  }
  return stones;
}

inline bool same_stone(const PricedDiamond& a, const PricedDiamond& b) {
  for (const Quantity quantity : stone_quantities)
    if (value_of(a.stone, quantity) != value_of(b.stone, quantity)) return false;
  return a.stone.cut == b.stone.cut && a.stone.color == b.stone.color &&
         a.stone.clarity == b.stone.clarity && a.price == b.price;
}

/// |a − b| as a share of |b|.
inline double relative_difference(double a, double b) {
  return std::abs(a - b) / std::max(std::abs(b), 1e-300);
}

}  // namespace diamond::testing
