#include <diamond/core/error.h>
#include <diamond/core/spelling.h>
#include <diamond/models/blend.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/models/linear_regression.h>
#include <diamond/models/xgboost_regressor.h>

#include <utility>

namespace diamond {

EstimatorCatalog builtin_estimators() {
  EstimatorCatalog catalog;
  catalog.add("linear", make_linear_regression());
  catalog.add("xgboost", make_xgboost_regressor());
  catalog.add("blend", make_blend(catalog));  // of all the kinds above
  return catalog;
}

void EstimatorCatalog::add(std::string kind, std::shared_ptr<const Estimator> estimator) {
  estimators_.emplace(std::move(kind), std::move(estimator));
}

const Estimator& EstimatorCatalog::at(std::string_view kind, std::string_view place) const {
  const auto found = estimators_.find(kind);
  if (found != estimators_.end()) return *found->second;
  throw UsageError(place, "there is no kind of model called " + printable(kind),
                   "the kinds are " + join(kinds()));
}

std::vector<std::string_view> EstimatorCatalog::kinds() const {
  std::vector<std::string_view> kinds;
  for (const auto& [kind, estimator] : estimators_) kinds.emplace_back(kind);
  return kinds;
}

}  // namespace diamond
