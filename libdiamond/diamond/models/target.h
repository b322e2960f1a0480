// What a model is fitted to: the price itself, or a function of it that makes errors of cheap and
// dear stones comparable. Predictions are always turned back to USD.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace diamond {

/// price; log(price); the square root of the price; log(price / carat), as the trade quotes stones.
enum class Target : std::uint8_t { price, log_price, sqrt_price, log_price_per_carat };

/// By the enumerators' order.
inline constexpr std::array<std::string_view, 4> target_names = {"price", "log", "sqrt",
                                                                 "log_per_carat"};

[[nodiscard]] constexpr std::string_view name_of(Target target) {
  return target_names[static_cast<std::size_t>(target)];
}

/// The target of this name, or nothing.
[[nodiscard]] constexpr std::optional<Target> parse_target(std::string_view name) {
  for (std::size_t i = 0; i < target_names.size(); ++i)
    if (target_names[i] == name) return static_cast<Target>(i);
  return std::nullopt;
}

/// The price in USD, above 0, of a stone of so many carat, as the target has it.
[[nodiscard]] inline double to_target(double price, double carat, Target target) {
  switch (target) {
    case Target::log_price:
      return std::log(price);
    case Target::sqrt_price:
      return std::sqrt(price);
    case Target::log_price_per_carat:
      return std::log(price / carat);
    case Target::price:
      break;
  }
  return price;
}

/// The price in USD of what was fitted for a stone of so many carat. A negative square root counts
/// as 0.
[[nodiscard]] inline double to_price(double fitted, double carat, Target target) {
  switch (target) {
    case Target::log_price:
      return std::exp(fitted);
    case Target::sqrt_price:
      return fitted > 0 ? fitted * fitted : 0.0;
    case Target::log_price_per_carat:
      return std::exp(fitted) * carat;
    case Target::price:
      break;
  }
  return fitted;
}

}  // namespace diamond
