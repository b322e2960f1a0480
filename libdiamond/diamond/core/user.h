// Who runs the program.
#pragma once

#include <string>

namespace diamond {

/// The login name of the person: who called sudo, else the owner of the process; the number where
/// there is no name for it.
[[nodiscard]] std::string login_name();

}  // namespace diamond
