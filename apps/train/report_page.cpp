#include "report_page.h"

#include "report_files.h"

#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/report/model_report.h>

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <string_view>

namespace diamond::train {
namespace {

/// The modules as one, without what they import from each other: what a file that needs no other
/// has to do without. Requires: each after those that it imports from, a line for each import, and
/// no name twice.
std::string as_one_module(std::initializer_list<std::string_view> modules) {
  constexpr std::string_view export_word = "export ";
  std::string joined;
  for (std::string_view rest : modules) {
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end);
      if (line.starts_with("import ")) continue;
      if (line.starts_with(export_word)) line.remove_prefix(export_word.size());
      joined += line;
    }
  }
  return joined;
}

/// JSON that may stand within a script element: nothing in it ends one.
std::string as_script_text(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at))
    text.replace(at, 1, "\\u003c");
  return text;
}

std::string as_html_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else
      escaped += c;
  }
  return escaped;
}

std::string allowed(std::string_view content) {
  return "'sha256-" + sha256_base64(content) + "'";
}

void fill_in(std::string& page, std::string_view mark, std::string_view content) {
  page.replace(page.find(mark), mark.size(), content);
}

}  // namespace

std::string report_page(const Json& report) {
  using namespace report_files;
  const std::string style = std::string(base_css()) + std::string(report_css());
  const std::string libraries = std::string(vega()) + "\n" + std::string(vega_lite()) + "\n" +
                                std::string(vega_interpreter());
  const std::string script = as_one_module({dom_js(), drawing_js(), plots_js(), report_js()});
  const std::string policy = "default-src 'none'; script-src " + allowed(libraries) + " " +
                             allowed(script) + "; style-src " + allowed(style) +
                             "; base-uri 'none'; form-action 'none'";
  std::string page(report_html());
  fill_in(page, "@POLICY@", policy);
  fill_in(page, "@TITLE@", as_html_text(report["model"].value("id", "")));
  fill_in(page, "@STYLE@", style);
  fill_in(page, "@LIBRARIES@", libraries);
  fill_in(page, "@SCRIPT@", script);
  fill_in(page, "@REPORT@", as_script_text(report));  // last: it may hold any text, marks too
  return page;
}

void write_report(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                  const std::string& id, const std::optional<std::string>& against,
                  const std::filesystem::path& file) {
  const std::string page = report_page(model_report(registry, catalog, id, against));
  if (file.has_parent_path()) make_directory(file.parent_path());
  WholeFile whole(file);
  whole.write(page);
  whole.finish();
}

void report_on_champion(const std::string& id, const ModelRegistry& registry,
                        const Context& context) {
  const std::filesystem::path file = registry.report_file(id);
  try {
    write_report(registry, context.catalog, id, usual_rival(registry, id), file);
    context.log.info("report written", {{"file", file.string()}});
  } catch (const std::exception& error) {
    context.log.warning("no report on the new champion: " + std::string(error.what()));
  }
}

}  // namespace diamond::train
