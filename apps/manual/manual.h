// What is made of a command line when the project is built: its man page, how shells complete it,
// and its page in the reference. All come from the options themselves, and so cannot say anything
// else than --help.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diamond::manual {

/// The page of section 1 in groff_man(7). The app's description gives it its parts: the first
/// sentence is the name's; "Examples:" and "Exit codes:" begin sections of their own.
[[nodiscard]] std::string man_page(const CLI::App& app, std::string_view version,
                                   std::string_view see_also);

/// A script for bash-completion: commands, options, and the words that options take; where an
/// option takes any text, files.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

/// The same for zsh, with what --help says of each option and command beside it: a file for $fpath.
[[nodiscard]] std::string zsh_completion(const CLI::App& app);

/// A page of the site's reference in Markdown: description, exit codes, examples, then a table of
/// options for the program and for each of its commands.
[[nodiscard]] std::string markdown_page(const CLI::App& app);

// What they read.

/// Without the ends of lines.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

/// The parts that a program's description consists of.
struct Sections {
  std::string summary;                   // the first sentence, as a name's line has it
  std::vector<std::string> description;  // lines; empty ones part paragraphs
  std::vector<std::string> examples;     // commands
  std::vector<std::string> exit_codes;
};
[[nodiscard]] Sections sections_of(std::string_view description);

/// The app's commands, in their order.
[[nodiscard]] std::vector<const CLI::App*> commands_of(const CLI::App& app);

/// The app and all below it, each with the words that lead there: "", " keys", " keys add".
[[nodiscard]] std::vector<std::pair<std::string, const CLI::App*>> apps_by_path(
    const CLI::App& app);

/// The commands that can be run: not those that only have others below them.
[[nodiscard]] std::vector<const CLI::App*> leaves_of(const CLI::App& app);

/// "diamond-serve keys add".
[[nodiscard]] std::string full_name_of(const CLI::App& app);

/// The options that it alone has: what the app above it has too is told there. `help` is left out
/// below the top.
[[nodiscard]] std::vector<const CLI::Option*> own_options(const CLI::App& app);

/// All options, in their order, without words in a place.
[[nodiscard]] std::vector<const CLI::Option*> options_of(const CLI::App& app);

/// All options that are understood behind the app's name, each spelling once: its own and, where it
/// falls through, those of the apps above it.
[[nodiscard]] std::vector<const CLI::Option*> understood_options(const CLI::App& app);

/// The words in a place, such as NAME.
[[nodiscard]] std::vector<const CLI::Option*> positionals_of(const CLI::App& app);

/// "--config".
[[nodiscard]] std::string spelling_of(const CLI::Option& option);

[[nodiscard]] bool takes_value(const CLI::Option& option);

/// Whether it may stand more than once.
[[nodiscard]] bool may_repeat(const CLI::Option& option);

/// "TEXT", "INT": what kind of value it takes.
[[nodiscard]] std::string value_name_of(const CLI::Option& option);

/// The only words that it takes; none: any.
[[nodiscard]] std::vector<std::string> words_of(const CLI::Option& option);

/// "a b" of {"a", "b"} and " ".
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between);

/// Writes what the first argument asks for to stdout: `man`, `bash`, `zsh` or `markdown`. The
/// exit code: 2 where it asks for none of them.
[[nodiscard]] int write_manual(int argc, const char* const* argv, const CLI::App& app,
                               std::string_view see_also);

}  // namespace diamond::manual
