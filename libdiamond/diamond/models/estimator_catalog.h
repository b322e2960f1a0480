// The kinds of model that there are, by name.
#pragma once

#include <diamond/models/estimator.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// Copies share the estimators.
class EstimatorCatalog {
 public:
  /// An empty catalog; `add` fills it.
  EstimatorCatalog() = default;

  /// Requires: no other estimator has this kind. A kind is part of model ids: lower-case letters,
  /// digits, '_'.
  void add(std::string kind, std::shared_ptr<const Estimator> estimator);

  /// The estimator of this kind. `place` is where the kind was named.
  /// Throws UsageError with the kinds that there are.
  [[nodiscard]] const Estimator& at(std::string_view kind, std::string_view place) const;

  /// All kinds, in alphabetical order.
  [[nodiscard]] std::vector<std::string_view> kinds() const;

 private:
  std::map<std::string, std::shared_ptr<const Estimator>, std::less<>> estimators_;
};

/// Every kind that the project ships. A new kind is one new file, and one line in
/// estimator_catalog.cpp.
[[nodiscard]] EstimatorCatalog builtin_estimators();

}  // namespace diamond
