#include "commands.h"
#include "report_page.h"

#include <diamond/core/error.h>
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
    app.add_option("--against", against_,
                   "the model to compare it with (default: the champion; the champion itself with "
                   "the one before it)");
    app.add_option("--out", out_,
                   "the page to write (default: artifacts/reports/ID.html, beside the models)");
  }

  void run(const Context& context) const override {
    const ModelRegistry registry(models_directory(context.options));
    const std::string id = registry.resolve(model_);
    const std::optional<std::string> against = rival(registry, id);
    if (context.options.output == Output::json) {
      std::cout << model_report(registry, context.catalog, id, against).dump(1) << '\n';
      return;
    }
    const std::filesystem::path file = out_.value_or(registry.report_file(id));
    write_report(registry, context.catalog, id, against, file);
    if (std::filesystem::is_regular_file(file)) std::cout << file.string() << '\n';
  }

 private:
  [[nodiscard]] std::optional<std::string> rival(const ModelRegistry& registry,
                                                 const std::string& id) const {
    if (!against_) return usual_rival(registry, id);
    const std::string other = registry.resolve(*against_);
    if (other != id) return other;
    throw UsageError("--against", "this is the same model, " + id,
                     "diamond-train history lists the others");
  }

  std::string model_ = "champion";
  std::optional<std::string> against_;
  std::optional<std::filesystem::path> out_;
};

}  // namespace

std::unique_ptr<Command> report_command() {
  return std::make_unique<ReportCommand>();
}

}  // namespace diamond::train
