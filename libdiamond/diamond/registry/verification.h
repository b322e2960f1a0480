// Whether the history is as it was written: every checksum that it has.
#pragma once

#include <diamond/registry/model_registry.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace diamond {

struct Verification {
  std::size_t models = 0;    // directories that should be one
  std::size_t datasets = 0;  // files that should be one
  std::uintmax_t bytes = 0;  // that were read
  /// What is damaged or missing: where, what, and the way out; one sentence each.
  std::vector<std::string> damage;
  /// What is no damage, but litter or worth to know; one sentence each.
  std::vector<std::string> remarks;
};

/// Reads all of the history, piece by piece and on all processors, and changes nothing.
///
/// Damage is: a manifest that cannot be read or was changed; a model's file that is missing,
/// changed or not in its manifest; a data set that is not what its name promises, or that a model
/// needs and that is not there; a champion.json that cannot be read or names no model. Remarks are
/// what killed processes left, other files among the data sets, and champions before this one that
/// are gone.
///
/// A training or a prune may go on meanwhile: what appears is passed over, and what goes is no
/// damage. Models of the first version list no files; of these the manifest is checked only.
///
/// Throws UsageError where there is no history, StorageError where it cannot be listed.
[[nodiscard]] Verification verify(const ModelRegistry& registry);

}  // namespace diamond
