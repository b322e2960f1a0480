#include "manual.h"

#include <algorithm>
#include <regex>

namespace diamond::manual {
namespace {

/// Text as it stands in a cell of a table, or in a paragraph.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char one : text) {
    if (std::string_view("\\`*_[]<>|&#").find(one) != std::string_view::npos) out += '\\';
    out += one == '\n' ? ' ' : one;
  }
  return out;
}

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

/// "`-h`, `--help`", "`--log-format text|json`".
std::string head_of(const CLI::Option& option) {
  std::string head;
  for (const std::string& name : option.get_snames()) head += code("-" + name) + ", ";
  std::string value;
  for (const std::string& word : words_of(option)) value += (value.empty() ? "" : "\\|") + word;
  if (value.empty() && option.nonpositional() && takes_value(option)) value = value_name_of(option);
  return head + code(spelling_of(option) + (value.empty() ? "" : " " + value));
}

/// A table; without options, nothing. The column of variables stands where one option has one.
std::string table_of(std::vector<const CLI::Option*> options) {
  if (options.empty()) return "";
  const bool has_variables = std::any_of(options.begin(), options.end(), [](const auto* option) {
    return !option->get_envname().empty();
  });
  std::string text = has_variables ? "| option | what | variable |\n|---|---|---|\n"
                                   : "| option | what |\n|---|---|\n";
  for (const CLI::Option* option : options) {
    text += "| " + head_of(*option) + " | " + escaped(option->get_description()) + " |";
    const std::string variable = option->get_envname();
    if (has_variables) text += (variable.empty() ? " " : " " + code(variable)) + " |";
    text += "\n";
  }
  return text + "\n";
}

std::string paragraphs(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += escaped(line) + "\n";
  return text + "\n";
}

/// "0 done, 1 internal error" as a table.
std::string exit_codes(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : " ") + line;
  if (text.ends_with('.')) text.pop_back();
  static const std::regex code_and_meaning(R"((\d+) (.*?)(, (?=\d)|$))");
  std::string table = "| code | when |\n|---|---|\n";
  for (std::sregex_iterator each(text.begin(), text.end(), code_and_meaning), end; each != end;
       ++each)
    table += "| " + code((*each)[1].str()) + " | " + escaped((*each)[2].str()) + " |\n";
  return table + "\n";
}

std::string examples(const std::vector<std::string>& lines) {
  std::string text = "```sh\n";
  for (const std::string& line : lines) text += line.substr(line.find_first_not_of(' ')) + "\n";
  return text + "```\n\n";
}

std::string command(const CLI::App& leaf) {
  std::string text = "### " + code(full_name_of(leaf)) + "\n\n" + escaped(leaf.get_description());
  std::vector<const CLI::Option*> options = positionals_of(leaf);
  const std::vector<const CLI::Option*> own = own_options(leaf);
  options.insert(options.end(), own.begin(), own.end());
  return text + "\n\n" + table_of(std::move(options));
}

}  // namespace

std::string markdown_page(const CLI::App& app) {
  const Sections sections = sections_of(app.get_description());
  std::string text = "# " + app.get_name() + "\n\n" + paragraphs(sections.description);
  text += "## Examples\n\n" + examples(sections.examples);
  text += "## Exit codes\n\n" + exit_codes(sections.exit_codes);
  text += "## Options\n\n" + table_of(options_of(app));
  text += "## Commands\n\n";
  for (const CLI::App* leaf : leaves_of(app)) text += command(*leaf);
  return text;
}

}  // namespace diamond::manual
