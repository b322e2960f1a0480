#include "appraisals.h"

#include <diamond/core/table.h>

namespace diamond::serve {

std::vector<Valuation> appraise_all(const ServedModel& served,
                                    std::span<const PartialDiamond> stones) {
  std::vector<Completion> completed;
  Table table;
  for (const PartialDiamond& stone : stones) {
    completed.push_back(complete(stone, served.profile));
    table.push({completed.back().stone, 0});
  }
  std::vector<double> prices(table.rows());
  served.model->predict({table, all_rows(table)}, prices);

  std::vector<Valuation> valuations;
  for (std::size_t i = 0; i < completed.size(); ++i) {
    try {
      valuations.emplace_back(appraise(served, completed[i], prices[i]));
    } catch (const ProblemError& error) {
      valuations.emplace_back(error.problem());
    }
  }
  return valuations;
}

}  // namespace diamond::serve
