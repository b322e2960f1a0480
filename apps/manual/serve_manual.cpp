// Run when the project is built: the man page and the completion of diamond-serve.
#include "commands/commands.h"
#include "manual.h"
#include "settings.h"

int main(int argc, char** argv) {
  const std::vector<diamond::serve::Command> commands = diamond::serve::all_commands();
  int code = 1;
  diamond::serve::show_command_line(commands, [&](const CLI::App& app) {
    code = diamond::manual::write_manual(argc, argv, app, "diamond-train");
  });
  return code;
}
