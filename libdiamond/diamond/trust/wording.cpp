#include <diamond/trust/wording.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace diamond {
namespace {

bool is_share(Quantity quantity) {
  return quantity == Quantity::depth || quantity == Quantity::table;
}

std::string in_six_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

}  // namespace

double as_certified(Quantity quantity, double value) {
  // The quotient of two whole numbers is the double that their decimal reads back as.
  const double steps = is_share(quantity) ? 10 : 100;
  return std::max(1.0, std::round(value * steps)) / steps;
}

std::string shown(double value) {
  if (value >= 1e6) return "over a million";  // made of sizes that are next to 0
  return in_six_digits(value);
}

double as_shown(double value) {
  return std::strtod(in_six_digits(value).c_str(), nullptr);
}

std::string with_unit(Quantity quantity, double value) {
  if (quantity == Quantity::carat) return shown(value) + " carat";
  return shown(value) + (is_share(quantity) ? " %" : " mm");
}

std::string with_name(Quantity quantity, double value) {
  if (quantity == Quantity::carat) return with_unit(quantity, value);
  return std::string(info(quantity).name) + " " + with_unit(quantity, value);
}

std::string shown_size(const Diamond& stone) {
  return shown(stone.x) + " x " + shown(stone.y) + " x " + with_unit(Quantity::z, stone.z);
}

}  // namespace diamond
