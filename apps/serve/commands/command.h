// What the program does instead of serving, where its first words ask for it: "diamond-serve keys
// add shop --role predict".
#pragma once

#include <diamond/core/log.h>

#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

struct Settings;

/// Whether a command can do without a value.
enum class Presence { needed, optional };

/// One value that a command takes.
struct CommandValue {
  std::string name;  // "--role": an option; "NAME": a word in its place
  std::string help;
  Presence presence = Presence::needed;
  std::vector<std::string_view> words = {};  // that it is one of, for help and completion
};

/// The values that were given, by their names.
using CommandValues = std::map<std::string, std::string>;

/// The server's own options may stand beside a command's: it is given both.
struct Command {
  std::string group;  // "keys"
  std::string name;   // "add"
  std::string help;
  std::vector<CommandValue> values;
  /// Results go to `out`, all else to the log. Throws UsageError, or what goes wrong on the way.
  std::function<void(const CommandValues& values, const Settings& settings, std::ostream& out,
                     Log& log)>
      run;
};

}  // namespace diamond::serve
