#include "manual.h"

namespace diamond::manual {
namespace {

/// One word of the shell, whatever it holds.
std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

/// With a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// What completes the value that _arguments asks for: the words that it may be, or files where it
/// is any text. Of a number only its name is shown.
std::string action_of(const CLI::Option& option) {
  const std::vector<std::string> words = words_of(option);
  if (!words.empty()) return "(" + joined(words, " ") + ")";
  return value_name_of(option) == "TEXT" ? "_files" : " ";
}

/// As _arguments reads it (zshcompsys(1)): "--format=[jsonl or csv]:TEXT:_files".
std::string argument_of(const CLI::Option& option) {
  const std::string text = "[" + escaped(option.get_description(), "[]") + "]";
  const std::string spelling = (may_repeat(option) ? "*" : "") + spelling_of(option);
  if (!takes_value(option)) return spelling + text;
  return spelling + "=" + text + ":" + value_name_of(option) + ":" + action_of(option);
}

/// Of an app's description the first line, beside its name.
std::string command_of(const CLI::App& app) {
  const std::vector<std::string> lines = lines_of(app.get_description());
  return app.get_name() + ":" + (lines.empty() ? "" : lines.front());
}

/// The branch of an app: what may stand behind its name.
std::string branch_of(const std::string& path, const CLI::App& app) {
  const std::vector<const CLI::App*> commands = commands_of(app);
  std::string text = "  " + shell_word(path) + ")\n";
  if (!commands.empty()) {
    text += "    commands=(\n";
    for (const CLI::App* command : commands)
      text += "      " + shell_word(command_of(*command)) + "\n";
    text += "    )\n";
  }
  text += "    _arguments -S \\\n";
  for (const CLI::Option* option : understood_options(app))
    text += "      " + shell_word(argument_of(*option)) + " \\\n";
  return text + "      " +
         shell_word(commands.empty() ? "*:word:_files" : "*:command:{_describe command commands}") +
         "\n    ;;\n";
}

}  // namespace

std::string zsh_completion(const CLI::App& app) {
  std::vector<std::string> paths;
  std::string branches;
  for (const auto& [path, one] : apps_by_path(app)) {
    if (!path.empty()) paths.push_back(shell_word(path));
    branches += branch_of(path, *one);
  }
  return "#compdef " + app.get_name() +
         "\n"
         "# made from its options\n"
         "local path_of_command= word\n"
         "local -a commands\n"
         "for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
         "  case \"$path_of_command $word\" in\n"
         "    " +
         joined(paths, " | ") +
         ") path_of_command+=\" $word\" ;;\n"
         "  esac\n"
         "done\n"
         "case $path_of_command in\n" +
         branches + "esac\n";
}

}  // namespace diamond::manual
