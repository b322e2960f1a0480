// Run when the project is built: the man page and the completion of diamond-train.
#include "command_line.h"
#include "manual.h"

int main(int argc, char** argv) {
  diamond::train::CommandLine command_line;
  return diamond::manual::write_manual(argc, argv, command_line.app(), "diamond-serve");
}
