#include "validators.h"

#include <diamond/core/memory.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <string>

namespace diamond::train {
namespace {

/// `form`: what the help shows; `what`: after "must be".
CLI::Validator taking(std::function<bool(const std::string&)> is_good, const std::string& what,
                      const std::string& form) {
  return CLI::Validator(
      [is_good = std::move(is_good), what](const std::string& text) {
        return is_good(text) ? std::string() : "must be " + what + ", not " + text;
      },
      form);
}

/// 0 where it is no number.
double number_in(const std::string& text) {
  double value = 0;
  return CLI::detail::lexical_cast(text, value) ? value : 0;
}

}  // namespace

CLI::Validator open_share() {
  return taking([](const std::string& text) { return number_in(text) > 0 && number_in(text) < 1; },
                "a number above 0 and below 1", "0 to 1");
}

CLI::Validator positive() {
  return taking([](const std::string& text) { return number_in(text) > 0; }, "a number above 0",
                "POSITIVE");
}

CLI::Validator whole() {
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  return taking(
      [=](const std::string& text) {
        return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
      },
      "a whole number, 0 or more", "NONNEGATIVE");
}

CLI::Validator amount_of_memory() {
  return taking([](const std::string& text) { return parse_bytes(text).has_value(); },
                "an amount such as 512MiB or 4GiB", "SIZE");
}

}  // namespace diamond::train
