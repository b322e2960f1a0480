#include "commands.h"

#include <iostream>

namespace diamond::train {
namespace {

void print_text(const Json& kinds) {
  for (const Json& kind : kinds) {
    std::cout << kind["kind"].get<std::string>() << "  " << kind["summary"].get<std::string>()
              << '\n';
    for (const auto& [name, rule] : kind["params_schema"]["properties"].items())
      std::cout << "    " << name << " (default " << rule.value("default", Json()).dump()
                << "): " << rule.value("description", "") << '\n';
  }
}

class KindsCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "kinds"; }
  [[nodiscard]] std::string summary() const override {
    return "the kinds of model that can be trained, and their parameters";
  }

  void run(const Context& context) const override {
    Json kinds = Json::array();
    for (const std::string_view kind : context.catalog.kinds()) {
      const Estimator& estimator = context.catalog.at(kind, "");
      kinds.push_back({{"kind", kind},
                       {"summary", estimator.summary()},
                       {"params_schema", estimator.params_schema()}});
    }
    if (context.options.output == Output::json)
      std::cout << kinds.dump(1) << '\n';
    else
      print_text(kinds);
  }
};

}  // namespace

std::unique_ptr<Command> kinds_command() {
  return std::make_unique<KindsCommand>();
}

}  // namespace diamond::train
