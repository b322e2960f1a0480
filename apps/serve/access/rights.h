// What a key may be used for: the one table of it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace diamond::serve {

/// What an endpoint asks of whoever calls it.
enum class Right {
  nothing,  // health, pages
  prices,   // predictions and samples
  models,   // the history of models
  logs      // what was asked before
};

/// What a key is for.
enum class Role { predict, read_logs, admin };

inline constexpr std::array all_roles = {Role::predict, Role::read_logs, Role::admin};

/// | role        | prices | models | logs |
/// |-------------|--------|--------|------|
/// | `predict`   | yes    | yes    |      |
/// | `read-logs` |        | yes    | yes  |
/// | `admin`     | yes    | yes    | yes  |
[[nodiscard]] bool may(Role role, Right right);

/// "predict", "read-logs", "admin".
[[nodiscard]] std::string_view name_of(Role role);

[[nodiscard]] std::optional<Role> parse_role(std::string_view name);

}  // namespace diamond::serve
