// What learns: turns stones with prices into a model.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/table.h>
#include <diamond/models/model.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace diamond {

/// What a model is fitted to: the price, or its logarithm (which makes errors relative; predictions
/// are turned back).
enum class Target : std::uint8_t { price, log_price };

struct FitSettings {
  Json params = Json::object();  // as `params_schema` says, every default filled in
  Target target = Target::log_price;
  std::uint32_t seed = 42;
};

/// A kind of model. Has no state; safe from any thread.
class Estimator {
 public:
  virtual ~Estimator() = default;

  /// One line for `diamond-train kinds`.
  [[nodiscard]] virtual std::string summary() const = 0;

  /// The JSON Schema of `FitSettings::params`, each property with "description" and, where it has
  /// one, "default".
  [[nodiscard]] virtual Json params_schema() const = 0;

  /// Learns from the rows of `train`. The same settings and rows give the same model.
  /// Throws TrainingError where nothing can be learned from them.
  [[nodiscard]] virtual std::unique_ptr<Model> fit(const TableView& train,
                                                   const FitSettings& settings) const = 0;

  /// Reads what `Model::save` wrote. Throws StorageError where it is not whole or not of this kind.
  [[nodiscard]] virtual std::unique_ptr<Model> load(
      const std::filesystem::path& directory) const = 0;
};

}  // namespace diamond
