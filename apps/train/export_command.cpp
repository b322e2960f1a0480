#include "commands.h"
#include "quantities.h"

#include <diamond/registry/model_export.h>

#include <CLI/CLI.hpp>

#include <iostream>

namespace diamond::train {
namespace {

class ExportCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "export"; }
  [[nodiscard]] std::string summary() const override {
    return "copy a model with its data, for use elsewhere";
  }

  void add_options(CLI::App& app) override {
    app.add_option("ID", model_, "an id, its beginning, or 'champion'")->required();
    app.add_option("--out", out_,
                   "directory that is made, or is empty: DIR/models is a history of this one model")
        ->required();
  }

  void run(const Context& context) const override {
    const Options& options = context.options;
    const ModelRegistry registry(models_directory(options));
    const std::string id = registry.resolve(model_);
    const ExportedFiles exported = export_model(registry, id, out_);
    if (options.output == Output::json)
      std::cout << Json({{"id", id},
                         {"models_dir", valid_utf8((out_ / "models").string())},
                         {"files", exported.files},
                         {"bytes", exported.bytes}})
                       .dump(1)
                << '\n';
    else if (!options.quiet)
      std::cout << id << " is in " << out_.string() << ": " << counted(exported.files, "file")
                << ", " << shown_bytes(exported.bytes) << "; use it with --models-dir "
                << (out_ / "models").string() << '\n';
  }

 private:
  std::string model_;
  std::filesystem::path out_;
};

}  // namespace

std::unique_ptr<Command> export_command() {
  return std::make_unique<ExportCommand>();
}

}  // namespace diamond::train
