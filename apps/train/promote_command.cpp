#include "commands.h"
#include "report_page.h"

#include <diamond/pipeline/stored_model.h>
#include <diamond/registry/model_registry.h>

#include <CLI/CLI.hpp>

#include <iostream>

namespace diamond::train {
namespace {

/// Says who is champion now, and sees to a page about it, where one is wanted.
void tell_champion(const Context& context, const ModelRegistry& registry, bool report) {
  const Champion champion = registry.champion().value();
  if (context.options.output == Output::json)
    std::cout << to_json(champion).dump(1) << '\n';
  else
    std::cout << "champion is now " << champion.id << ' ' << standing_of(champion) << '\n';
  std::cout.flush();
  if (report) report_on_champion(champion.id, registry, context);
}

void add_no_report(CLI::App& app, bool& no_report) {
  app.add_flag("--no-report", no_report, "write no page about the champion");
}

class PromoteCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "promote"; }
  [[nodiscard]] std::string summary() const override {
    return "make a model champion: the server follows";
  }

  void add_options(CLI::App& app) override {
    app.add_option("ID", model_, "an id, or its beginning")->required();
    add_no_report(app, no_report_);
  }

  void run(const Context& context) const override {
    const ModelRegistry registry(models_directory(context.options));
    const std::string id = registry.resolve(model_);
    const PathLock lease = registry.lease(id);  // nobody prunes it meanwhile
    (void)load_model(registry, context.catalog, registry.manifest(id));  // or nobody could serve it
    registry.promote(id, "promoted by hand");
    tell_champion(context, registry, !no_report_);
  }

 private:
  std::string model_;
  bool no_report_ = false;
};

class RollbackCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "rollback"; }
  [[nodiscard]] std::string summary() const override {
    return "make the champion before this one champion again";
  }

  void add_options(CLI::App& app) override { add_no_report(app, no_report_); }

  void run(const Context& context) const override {
    const ModelRegistry registry(models_directory(context.options));
    static_cast<void>(registry.rollback());
    tell_champion(context, registry, !no_report_);
  }

 private:
  bool no_report_ = false;
};

}  // namespace

std::unique_ptr<Command> promote_command() {
  return std::make_unique<PromoteCommand>();
}

std::unique_ptr<Command> rollback_command() {
  return std::make_unique<RollbackCommand>();
}

}  // namespace diamond::train
