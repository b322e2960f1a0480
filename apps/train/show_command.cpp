#include "commands.h"

#include <diamond/registry/model_registry.h>

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace diamond::train {
namespace {

void print_line(const std::string& title, const std::string& text) {
  std::cout << title << std::string(title.size() < 16 ? 16 - title.size() : 1, ' ') << text << '\n';
}

/// A line for each field: "below 0.5: 45.12, 0.5 to 1: 151.24, …".
void print_slices(const std::vector<SliceFigures>& slices) {
  constexpr Metric shown = Metric::mae;
  std::vector<std::pair<std::string, std::string>> lines;
  for (const SliceFigures& slice : slices) {
    if (!slice.metrics.contains(shown)) continue;
    if (lines.empty() || lines.back().first != slice.field) lines.emplace_back(slice.field, "");
    std::string& line = lines.back().second;
    line += (line.empty() ? "" : ", ") + slice.name + ": " +
            shown_metric(shown, slice.metrics.at(shown));
  }
  for (const auto& [field, line] : lines)
    print_line(std::string(info(shown).name) + " by " + field, line);
}

void print_text(const Manifest& model, const std::optional<Champion>& champion) {
  print_line("id", model.id);
  if (champion && champion->id == model.id) print_line("champion", standing_of(*champion));
  print_line("kind", model.kind + (model.name == model.kind ? "" : ", called " + model.name));
  print_line("created", model.created_at);
  print_line("params", model.params.dump());
  print_line("target", std::string(name_of(model.target)));
  print_line("data", model.dataset.path);
  print_line("", "sha256 " + model.dataset.sha256);
  print_line("rows", std::to_string(model.dataset.rows_kept) + " of " +
                         std::to_string(model.dataset.rows) + " kept");
  for (const Rejection& rejection : model.dataset.rejected)
    print_line("", std::to_string(rejection.rows) + " left out: " + rejection.reason);
  print_line("split", std::string(name_of(model.split.settings.method)) + ", seed " +
                          std::to_string(model.split.settings.seed) + ": " +
                          std::to_string(model.split.train_rows) + " training rows, " +
                          std::to_string(model.split.test_rows) + " test rows");
  for (const auto& [metric, value] : model.metrics)
    print_line(std::string(info(metric).name),
               shown_metric(metric, value) + "  (" + std::string(info(metric).unit) + ")");
  print_slices(model.slices);
  print_line("took", std::to_string(model.duration_seconds) + " s");
}

class ShowCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "show"; }
  [[nodiscard]] std::string summary() const override { return "all that is known of a model"; }

  void add_options(CLI::App& app) override {
    app.add_option("ID", model_, "an id, its beginning, or 'champion'")->required();
  }

  void run(const Context& context) const override {
    const ModelRegistry registry(models_directory(context.options));
    const Manifest manifest = registry.manifest(registry.resolve(model_));
    if (context.options.output == Output::json)
      std::cout << to_json(manifest).dump(1) << '\n';
    else
      print_text(manifest, registry.champion());
  }

 private:
  std::string model_;
};

}  // namespace

std::unique_ptr<Command> show_command() {
  return std::make_unique<ShowCommand>();
}

}  // namespace diamond::train
