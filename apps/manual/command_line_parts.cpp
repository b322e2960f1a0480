#include "manual.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

namespace diamond::manual {
namespace {

bool is_help(const CLI::Option& option) {
  return spelling_of(option) == "--help";
}

/// What CLI11's help says of the values: "ENUM:{text,json}", "INT:INT in [0 - 65535]".
std::string type_of(const CLI::Option& option) {
  return option.get_type_name();
}

void collect_leaves(const CLI::App& app, std::vector<const CLI::App*>& leaves) {
  for (const CLI::App* command : commands_of(app)) {
    if (commands_of(*command).empty())
      leaves.push_back(command);
    else
      collect_leaves(*command, leaves);
  }
}

void collect_apps(const CLI::App& app, const std::string& path,
                  std::vector<std::pair<std::string, const CLI::App*>>& apps) {
  apps.emplace_back(path, &app);
  for (const CLI::App* command : commands_of(app))
    collect_apps(*command, path + " " + command->get_name(), apps);
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Sections sections_of(std::string_view description) {
  constexpr std::string_view examples = "Examples:";
  constexpr std::string_view exit_codes = "Exit codes: ";
  Sections sections;
  std::vector<std::string>* here = &sections.description;
  for (const std::string& line : lines_of(description)) {
    if (line.empty()) here = &sections.description;
    if (line == examples) {
      here = &sections.examples;
    } else if (line.starts_with(exit_codes)) {
      here = &sections.exit_codes;
      here->push_back(line.substr(exit_codes.size()));
    } else {
      here->push_back(line);
    }
  }
  sections.summary = sections.description.empty() ? "" : sections.description.front();
  if (sections.summary.ends_with('.')) sections.summary.pop_back();
  if (!sections.summary.empty())
    sections.summary[0] =
        static_cast<char>(std::tolower(static_cast<unsigned char>(sections.summary[0])));
  return sections;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::pair<std::string, const CLI::App*>> apps_by_path(const CLI::App& app) {
  std::vector<std::pair<std::string, const CLI::App*>> apps;
  collect_apps(app, "", apps);
  return apps;
}

std::vector<const CLI::App*> leaves_of(const CLI::App& app) {
  std::vector<const CLI::App*> leaves;
  collect_leaves(app, leaves);
  return leaves;
}

std::string full_name_of(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name_of(*parent) + " " + app.get_name();
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->nonpositional(); });
}

std::vector<const CLI::Option*> understood_options(const CLI::App& app) {
  std::vector<const CLI::Option*> options = options_of(app);
  for (const CLI::App* here = &app; here->get_fallthrough() && here->get_parent() != nullptr;
       here = here->get_parent())
    for (const CLI::Option* above : options_of(*here->get_parent()))
      if (std::none_of(options.begin(), options.end(), [&](const CLI::Option* option) {
            return spelling_of(*option) == spelling_of(*above);
          }))
        options.push_back(above);
  return options;
}

std::vector<const CLI::Option*> positionals_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::vector<const CLI::Option*> own_options(const CLI::App& app) {
  std::vector<const CLI::Option*> options = options_of(app);
  const CLI::App* top = app.get_parent();
  if (top == nullptr) return options;
  while (top->get_parent() != nullptr) top = top->get_parent();
  const std::vector<const CLI::Option*> above = options_of(*top);
  const auto is_told = [&above](const CLI::Option* option) {
    return is_help(*option) || std::any_of(above.begin(), above.end(), [&](const auto* other) {
             return spelling_of(*other) == spelling_of(*option) &&
                    other->get_description() == option->get_description();
           });
  };
  options.erase(std::remove_if(options.begin(), options.end(), is_told), options.end());
  return options;
}

std::string spelling_of(const CLI::Option& option) {
  return option.nonpositional() ? "--" + option.get_lnames().front() : option.get_name(true);
}

bool takes_value(const CLI::Option& option) {
  return option.get_expected_max() > 0 && option.get_items_expected_max() > 0;
}

bool may_repeat(const CLI::Option& option) {
  return takes_value(option) && option.get_items_expected_max() > 1;
}

std::string value_name_of(const CLI::Option& option) {
  const std::string type = type_of(option);
  return type.substr(0, type.find(':'));
}

std::vector<std::string> words_of(const CLI::Option& option) {
  static const std::regex list(R"(\{([^}]*)\})");
  static const std::regex word(
      R"(([a-z0-9_-]+?)(->\d+)?(,|$))");  // "json->1": one that is translated
  std::smatch found;
  const std::string type = type_of(option);
  if (!std::regex_search(type, found, list)) return {};
  const std::string inside = found[1];
  std::vector<std::string> words;
  for (std::sregex_iterator each(inside.begin(), inside.end(), word), end; each != end; ++each)
    words.push_back((*each)[1]);
  return words;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

}  // namespace diamond::manual
