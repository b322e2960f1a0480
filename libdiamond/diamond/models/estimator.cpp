#include <diamond/core/json_schema.h>
#include <diamond/models/estimator.h>

#include <vector>

namespace diamond {

void Estimator::check_params(const Json& params, std::string_view place) const {
  check_against_schema(params, params_schema(), place);
}

FittedModel Estimator::fit_share(const RowShare& share, Metric metric, const FitSettings& settings,
                                 const FitControl& control) const {
  const Table& sample = share.sample();
  const Table& held_out = share.held_out();
  const std::vector<std::uint32_t> learned = all_rows(sample);
  const std::vector<std::uint32_t> judged = all_rows(held_out);
  const TableView train{sample, learned};
  return judged.empty() ? fit({train, std::nullopt, metric}, settings, control)
                        : fit({train, TableView{held_out, judged}, metric}, settings, control);
}

Json checked_params(const Estimator& estimator, const Json& params, std::string_view place) {
  estimator.check_params(params, place);
  return with_defaults(params, estimator.params_schema());
}

}  // namespace diamond
