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

}  // namespace diamond::train
