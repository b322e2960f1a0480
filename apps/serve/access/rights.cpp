#include "rights.h"

namespace diamond::serve {

bool may(Role role, Right right) {
  switch (right) {
    case Right::nothing:
    case Right::models:
      return true;
    case Right::prices:
      return role != Role::read_logs;
    case Right::logs:
      return role != Role::predict;
  }
  return false;
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::predict:
      return "predict";
    case Role::read_logs:
      return "read-logs";
    case Role::admin:
      return "admin";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : all_roles)
    if (name_of(role) == name) return role;
  return std::nullopt;
}

}  // namespace diamond::serve
