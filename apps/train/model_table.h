// Models as a table for people.
#pragma once

#include <diamond/registry/manifest.h>

#include <iosfwd>
#include <string>
#include <vector>

namespace diamond::train {

/// One line a model, in the order given; the champion carries a star.
void print_models(std::ostream& out, const std::vector<Manifest>& models,
                  const std::string& champion_id);

/// A metric's value with as many digits as a person reads: "536.14", "0.9177".
[[nodiscard]] std::string shown_metric(Metric metric, double value);

}  // namespace diamond::train
