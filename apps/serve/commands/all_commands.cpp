#include "commands.h"

#include <utility>

namespace diamond::serve {

std::vector<Command> all_commands() {
  std::vector<Command> commands = keys_commands();
  for (Command& command : logs_commands()) commands.push_back(std::move(command));
  return commands;
}

}  // namespace diamond::serve
