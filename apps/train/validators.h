// What values options take, with messages for people: CLI11's own print a bound as 300 digits.
#pragma once

#include <CLI/CLI.hpp>

namespace diamond::train {

/// A number above 0 and below 1.
[[nodiscard]] CLI::Validator open_share();

/// A number above 0.
[[nodiscard]] CLI::Validator positive();

/// A whole number, 0 or more.
[[nodiscard]] CLI::Validator whole();

/// "512 MiB", "4GiB".
[[nodiscard]] CLI::Validator amount_of_memory();

}  // namespace diamond::train
