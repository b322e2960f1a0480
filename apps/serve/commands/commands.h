// The commands that there are. Each family has a file of its own.
#pragma once

#include "command.h"

#include <vector>

namespace diamond::serve {

/// keys add, keys list, keys remove: the file of keys.
[[nodiscard]] std::vector<Command> keys_commands();

/// logs export: the traffic log as lines.
[[nodiscard]] std::vector<Command> logs_commands();

/// All of them.
[[nodiscard]] std::vector<Command> all_commands();

}  // namespace diamond::serve
