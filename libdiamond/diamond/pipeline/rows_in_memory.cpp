#include <diamond/core/error.h>
#include <diamond/data/split.h>
#include <diamond/pipeline/training_rows.h>

#include <utility>

namespace diamond {
namespace {

class RowsInMemory final : public TrainingRows {
 public:
  RowsInMemory(LoadedDataset dataset, const TrainingConfig& config, const EstimatorCatalog& catalog)
      : dataset_(std::move(dataset)),
        split_(make_split(dataset_.table, config.split)),
        metric_(config.promotion.metric),
        catalog_(catalog) {}

  const DatasetFacts& facts() const override { return dataset_.facts; }
  std::size_t train_rows() const override { return split_.train.size(); }
  std::size_t test_rows() const override { return split_.test.size(); }
  TableView to_tune_on() const override { return {dataset_.table, split_.train}; }

  FittedModel fit(const std::string& kind, const FitSettings& settings,
                  const std::stop_token& stop) override {
    FitControl control;
    control.stop = stop;
    return catalog_.at(kind, "").fit({to_tune_on(), std::nullopt, metric_}, settings, control);
  }

  void with_test_rows(const std::function<void(const TableView&)>& use) const override {
    use({dataset_.table, split_.test});
  }

 private:
  LoadedDataset dataset_;
  Split split_;
  Metric metric_;
  const EstimatorCatalog& catalog_;
};

}  // namespace

std::unique_ptr<TrainingRows> rows_in_memory(const StagedSource& source,
                                             const TrainingConfig& config,
                                             const EstimatorCatalog& catalog, Log& log) {
  return std::make_unique<RowsInMemory>(load(source, config.max_rejected, log), config, catalog);
}

bool fits_in_memory(std::uintmax_t bytes, std::uint64_t memory) {
  constexpr std::uintmax_t times = 4;
  return bytes <= memory / times;
}

}  // namespace diamond
