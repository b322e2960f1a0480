#include "manual.h"

#include <algorithm>

namespace diamond::manual {
namespace {

/// What may stand next: options and commands.
std::vector<std::string> next_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : understood_options(app)) words.push_back(spelling_of(*option));
  for (const CLI::App* command : commands_of(app)) words.push_back(command->get_name());
  return words;
}

/// Completes the value of each option that takes certain words; any other value is a file's name,
/// as far as the shell knows.
std::string values(const std::vector<std::pair<std::string, const CLI::App*>>& apps) {
  std::vector<std::string> files;
  std::vector<std::string> done;
  std::string text;
  for (const auto& [path, app] : apps)
    for (const CLI::Option* option : options_of(*app)) {
      const std::string spelling = spelling_of(*option);
      if (!takes_value(*option) || std::find(done.begin(), done.end(), spelling) != done.end())
        continue;
      done.push_back(spelling);
      const std::vector<std::string> words = words_of(*option);
      if (words.empty())
        files.push_back(spelling);
      else
        text += "    " + spelling + ") COMPREPLY=($(compgen -W '" + joined(words, " ") +
                "' -- \"$word\")); return ;;\n";
    }
  if (!files.empty()) text += "    " + joined(files, " | ") + ") return ;;\n";
  return text;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  const auto apps = apps_by_path(app);
  std::vector<std::string> paths;
  std::string nexts;
  for (const auto& [path, one] : apps) {
    if (!path.empty()) paths.push_back("'" + path + "'");
    nexts += "    '" + path + "') COMPREPLY=($(compgen -W '" + joined(next_words(*one), " ") +
             "' -- \"$word\")) ;;\n";
  }
  std::string function = "_" + app.get_name();
  std::replace(function.begin(), function.end(), '-', '_');
  return "# bash completion for " + app.get_name() + ", made from its options\n" + function +
         "() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path= i\n"
         "  if [ \"$word\" = = ]; then word=; fi  # --option=VALUE is three words here\n"
         "  if [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$path ${COMP_WORDS[i]}\" in\n"
         "      " +
         joined(paths, " | ") +
         ") path+=\" ${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  COMPREPLY=()\n"
         "  case $before in\n" +
         values(apps) +
         "  esac\n"
         "  case $path in\n" +
         nexts +
         "  esac\n"
         "}\n"
         "complete -o default -F " +
         function + " " + app.get_name() + "\n";
}

}  // namespace diamond::manual
