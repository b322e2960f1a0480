#include "manual.h"

#include <algorithm>
#include <regex>

namespace diamond::manual {
namespace {

bool is_help(const CLI::Option& option) {
  return spelling_of(option) == "--help";
}

/// What CLI11's help says of the values: "ENUM:{text,json}", "INT:INT in [0 - 65535]".
std::string type_of(const CLI::Option& option) {
  return option.get_type_name();
}

}  // namespace

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->nonpositional(); });
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

std::vector<std::string> words_of(const CLI::Option& option) {
  static const std::regex list(R"(\{([^}]*)\})");
  static const std::regex word(
      R"(([a-z0-9_]+)(->\d+)?(,|$))");  // "json->1": one that is translated
  std::smatch found;
  const std::string type = type_of(option);
  if (!std::regex_search(type, found, list)) return {};
  const std::string inside = found[1];
  std::vector<std::string> words;
  for (std::sregex_iterator each(inside.begin(), inside.end(), word), end; each != end; ++each)
    words.push_back((*each)[1]);
  return words;
}

}  // namespace diamond::manual
