#include "commands.h"

#include <iostream>

namespace diamond::train {

void kinds_command(const Options& options, const EstimatorCatalog& catalog) {
  Json array = Json::array();
  for (const std::string_view kind : catalog.kinds()) {
    const Estimator& estimator = catalog.at(kind, "");
    array.push_back({{"kind", kind},
                     {"summary", estimator.summary()},
                     {"params_schema", estimator.params_schema()}});
  }
  if (options.output == Output::json) {
    std::cout << array.dump(1) << '\n';
    return;
  }
  for (const Json& kind : array) {
    std::cout << kind["kind"].get<std::string>() << "  " << kind["summary"].get<std::string>()
              << '\n';
    for (const auto& [name, rule] : kind["params_schema"]["properties"].items())
      std::cout << "    " << name << " (default " << rule.value("default", Json()).dump()
                << "): " << rule.value("description", "") << '\n';
  }
}

}  // namespace diamond::train
