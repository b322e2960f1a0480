// Makes the history smaller: old models go, and the data that no model needs any more.
//
// Three models always stay: the champion, the one that a rollback would take, and each that a
// server has loaded. So does what cannot be read, which is told instead: whether it is worth
// mending is a person's choice. Histories that lie side by side share their data sets
// (ModelRegistry::datasets); what another one needs stays.
//
// A kill at any step leaves each model whole or gone. A model goes before its data; data that no
// model needs, from whichever time, go with the next prune.
#pragma once

#include <diamond/core/clock.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace diamond {

/// All but the newest so many.
struct AllButNewest {
  std::size_t count = 0;
};

/// All that were published before this moment.
struct PublishedBefore {
  Timestamp moment;
};

/// Which models are to go.
using PruneRule = std::variant<AllButNewest, PublishedBefore>;

enum class PruneMode : std::uint8_t {
  remove,
  look,  // nothing is changed, and no lock is taken
};

struct PrunedModel {
  Manifest manifest;
  std::uintmax_t bytes = 0;  // of all its files, the page about it among them
};

/// A model that the rule means and that has to stay.
struct SparedModel {
  std::string id;
  Need need = Need::none;
};

struct PruneResult {
  std::vector<PrunedModel> models;      // the oldest first
  std::vector<StoredDataset> datasets;  // by their names
  std::vector<SparedModel> spared;
  std::vector<std::string> problems;  // what could not be looked at, or stays although nobody needs
                                      // it; one sentence each

  /// Of all that went.
  [[nodiscard]] std::uintmax_t bytes() const;
};

/// Removes, or looks what there is to remove. Throws UsageError where there is no history,
/// BusyError where a training runs here (not when it only looks), StorageError where champion.json
/// is broken or a removal fails; what was removed until then is gone.
[[nodiscard]] PruneResult prune(const ModelRegistry& registry, const PruneRule& rule,
                                PruneMode mode);

}  // namespace diamond
