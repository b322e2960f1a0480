#include <diamond/core/error.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/report/judged_model.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace diamond {

std::vector<std::uint32_t> JudgedModel::sample(std::size_t most) const {
  const std::size_t count = std::min(most, test.size());
  std::vector<std::uint32_t> places(count);
  for (std::size_t i = 0; i < count; ++i)
    places[i] = static_cast<std::uint32_t>(i * test.size() / count);
  return places;
}

JudgedModel judge(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                  const std::string& id) {
  JudgedModel judged;
  judged.manifest = registry.manifest(id);
  judged.model = load_model(registry, catalog, judged.manifest);
  read_sides(registry, judged.manifest, [&](Table rows, const std::vector<std::uint8_t>& is_test) {
    rows.filter(is_test);
    judged.table.append(rows);
  });
  judged.test = all_rows(judged.table);
  judged.actual.resize(judged.test.size());
  judged.predicted.resize(judged.test.size());
  judged.table[Quantity::price].gather(judged.test, judged.actual);
  judged.model->predict(judged.view(), judged.predicted);
  const bool finite = std::all_of(judged.predicted.begin(), judged.predicted.end(),
                                  [](double price) { return std::isfinite(price); });
  if (!finite)
    throw StorageError(registry.directory_of(id).string(),
                       "not all prices that the model gives for its test rows are finite",
                       "train the model again");
  return judged;
}

}  // namespace diamond
