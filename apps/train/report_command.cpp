#include "commands.h"
#include "report_page.h"

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
    if (context.options.output == Output::json) {
      std::cout << model_report(registry, context.catalog, id).dump(1) << '\n';
      return;
    }
    const std::filesystem::path file = out_.value_or(registry.report_file(id));
    write_report(registry, context.catalog, id, file);
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
