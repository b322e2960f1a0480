#include "manual.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <utility>

namespace diamond::manual {
namespace {

/// The code point that begins at `at`, which moves behind it. Requires: UTF-8.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80U) return first;
  const unsigned more = first >= 0xF0U ? 3 : first >= 0xE0U ? 2 : 1;
  std::uint32_t code = first & (0x3FU >> more);
  for (unsigned i = 0; i < more && at < text.size(); ++i)
    code = (code << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  return code;
}

/// Text as groff is to print it: what it would take for a command, or print as another sign, is
/// written by its name (groff_char(7)).
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t code = next_code_point(text, at);
    switch (code) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '"':
        out += "\\(dq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        if (code < 0x80U) {
          out += static_cast<char>(code);
        } else {
          std::array<char, 16> name{};
          static_cast<void>(std::snprintf(name.data(), name.size(), "\\[u%04X]", code));
          out += name.data();
        }
    }
  }
  return out.starts_with('.') ? "\\&" + out : out;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

/// Collects a page.
class Page {
 public:
  void line(const std::string& text) { out_ += text + "\n"; }

  void paragraphs(const std::vector<std::string>& lines) {
    bool parted = false;
    bool begun = false;
    for (const std::string& one : lines) {
      parted = parted || one.empty();
      if (one.empty()) continue;
      if (parted && begun) line(".PP");
      parted = false;
      begun = true;
      line(escaped(one));
    }
  }

  void commands(const std::vector<std::string>& lines) {
    line(".EX");
    for (const std::string& one : lines) line(escaped(one));
    line(".EE");
  }

  void option(const CLI::Option& option) {
    line(".TP");
    std::string head =
        option.nonpositional() ? bold(spelling_of(option)) : italic(spelling_of(option));
    for (const std::string& name : option.get_snames()) head = bold("-" + name) + ", " + head;
    const std::vector<std::string> words = words_of(option);
    if (!words.empty())
      head += " " + choice(words);
    else if (option.nonpositional() && takes_value(option))
      head += " " + italic(value_name_of(option));
    line(head);
    line(escaped(option.get_description()));
    if (!option.get_envname().empty()) line("(variable " + bold(option.get_envname()) + ")");
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static std::string choice(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : "|") + bold(word);
    return text;
  }

  std::string out_;
};

std::string synopsis(const CLI::App& app) {
  std::string text = bold(full_name_of(app)) + " [" + italic("OPTION") + "]...";
  for (const CLI::Option* word : positionals_of(app)) {
    const std::string name = italic(spelling_of(*word));
    text += " " + (word->get_required() ? name : "[" + name + "]");
  }
  return text;
}

void add_synopsis(Page& page, const CLI::App& app, const std::vector<const CLI::App*>& leaves) {
  page.line(".SH SYNOPSIS");
  page.line(synopsis(app));
  for (const CLI::App* leaf : leaves) {
    page.line(".br");
    page.line(synopsis(*leaf));
  }
}

void add_commands(Page& page, const std::vector<const CLI::App*>& leaves) {
  if (!leaves.empty()) page.line(".SH COMMANDS");
  for (const CLI::App* leaf : leaves) {
    page.line(".SS \"" + escaped(full_name_of(*leaf)) + "\"");
    page.paragraphs(lines_of(leaf->get_description()));
    for (const CLI::Option* word : positionals_of(*leaf)) page.option(*word);
    for (const CLI::Option* option : own_options(*leaf)) page.option(*option);
  }
}

}  // namespace

std::string man_page(const CLI::App& app, std::string_view version, std::string_view see_also) {
  const Sections sections = sections_of(app.get_description());
  std::string name = app.get_name();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const std::vector<const CLI::App*> leaves = leaves_of(app);

  Page page;
  page.line(".TH " + escaped(name) + " 1 \"\" \"diamond " + std::string(version) + "\"");
  page.line(".SH NAME");
  page.line(escaped(app.get_name()) + " \\- " + escaped(sections.summary));
  add_synopsis(page, app, leaves);
  page.line(".SH DESCRIPTION");
  page.paragraphs(sections.description);
  page.line(".SH OPTIONS");
  for (const CLI::Option* option : options_of(app)) page.option(*option);
  add_commands(page, leaves);
  page.line(".SH \"EXIT STATUS\"");
  page.paragraphs(sections.exit_codes);
  page.line(".SH EXAMPLES");
  page.commands(sections.examples);
  page.line(".SH \"SEE ALSO\"");
  page.line(bold(see_also) + "(1)");
  page.line("The operator\\(aqs page: /usr/share/doc/diamond/operator.md");
  return page.take();
}

}  // namespace diamond::manual
