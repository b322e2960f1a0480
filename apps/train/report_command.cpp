#include "commands.h"
#include "report_page.h"

#include <diamond/core/file.h>
#include <diamond/registry/model_registry.h>
#include <diamond/report/model_report.h>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <optional>

namespace diamond::train {
namespace {

class ReportCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "report"; }
  [[nodiscard]] std::string summary() const override {
    return "a page about one model: where it is right, where not, and why";
  }

  void add_options(CLI::App& app) override {
    app.add_option("ID", model_, "an id, its beginning, or 'champion' (default: champion)");
    app.add_option("--out", out_,
                   "the page to write (default: artifacts/reports/ID.html, beside the models)");
  }

  void run(const Context& context) const override {
    const ModelRegistry registry(models_directory(context.options));
    const std::string id = registry.resolve(model_);
    const Json report = model_report(registry, context.catalog, id);
    if (context.options.output == Output::json) {
      std::cout << report.dump(1) << '\n';
      return;
    }
    const std::filesystem::path file = out_.value_or(registry.report_file(id));
    if (!out_) make_directory(file.parent_path());
    replace_file(file, report_page(report));
    std::cout << file.string() << '\n';
  }

 private:
  std::string model_ = "champion";
  std::optional<std::filesystem::path> out_;
};

}  // namespace

std::unique_ptr<Command> report_command() {
  return std::make_unique<ReportCommand>();
}

}  // namespace diamond::train
