// A model taken out of the history, with all that it needs elsewhere.
//
// Format: a history of one model, and the store of its data beside it, as model_registry.h has
// them:
//   OUT/models/<id>/...          the model, to the byte
//   OUT/models/champion.json     it is champion there
//   OUT/datasets/<sha256>.csv    the data that it was trained on
#pragma once

#include <diamond/registry/model_registry.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace diamond {

struct ExportedFiles {
  std::size_t files = 0;
  std::uintmax_t bytes = 0;
};

/// Copies a model to `out`, which must not be there, or be an empty directory. Every file is held
/// against its checksum on the way; `out` appears whole or not at all, whatever kills the program.
/// What an export to the same place left that was killed is removed first.
///
/// Throws UsageError where something is at `out` already, BusyError where another export to it
/// runs, StorageError where the model or its data are not as they were written, or where it cannot
/// be written; then nothing is left.
ExportedFiles export_model(const ModelRegistry& registry, const std::string& id,
                           const std::filesystem::path& out);

}  // namespace diamond
