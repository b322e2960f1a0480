#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/lazy.h>
#include <diamond/core/memory.h>
#include <diamond/core/random.h>
#include <diamond/data/cleaned_csv.h>
#include <diamond/data/row_store.h>
#include <diamond/data/split.h>
#include <diamond/models/row_share.h>
#include <diamond/pipeline/training_rows.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_rows_of_all = 4096;  // dealt out one at a time
constexpr double held_out_share = 0.1;
constexpr double most_held_out = 200'000;
constexpr double most_sampled = 500'000;

/// Chosen rows of a table.
Table some_of(const Table& table, const std::vector<std::uint8_t>& keep) {
  Table some = table;
  some.filter(keep);
  return some;
}

/// Cleans a data set into one file.
DatasetFacts clean_into(const fs::path& file, const StagedSource& source, double max_rejected,
                        Log& log) {
  RowStoreWriter all(file, batch_rows_of_all);
  const CleanedFile read = read_cleaned(source.staged.path(), source.label,
                                        [&](const Table& rows) { all.append(rows); });
  all.finish();
  tell_ignored(read.ignored_columns, source.label, log);
  DatasetFacts facts;
  facts.path = source.label;
  facts.sha256 = source.staged.sha256();
  facts.sources = source.sources;
  facts.rows = read.rows;
  facts.rows_kept = all.rows();
  facts.rejected = read.rejected;
  check_rejections(facts.rejected, facts.rows, max_rejected, source.label);
  return facts;
}

struct Counts {
  std::size_t train = 0;
  std::size_t test = 0;
};

/// Deals the rows out into the files of a training.
class Dealer {
 public:
  Dealer(const ShareFiles& files, const fs::path& test, const SplitSettings& split,
         std::size_t rows, std::size_t workers)
      : seed_(split.seed),
        sides_(split, rows),
        train_(files.train(), batch_rows(rows, workers)),
        held_out_(files.held_out(), batch_rows(rows, workers)),
        sample_(files.sample()),
        test_(test) {
    const double train_rows = static_cast<double>(rows) * (1 - split.test_size);
    held_out_below_ = std::min(held_out_share, most_held_out / train_rows);
    sampled_below_ = std::min(1.0, most_sampled / train_rows);
  }

  Counts deal(const RowStore& all) {
    for (std::size_t i = 0; i < all.batches(); ++i) deal(all.batch(i));
    for (RowStoreWriter* file : {&train_, &held_out_, &sample_, &test_}) file->finish();
    return {train_.rows() + held_out_.rows(), test_.rows()};
  }

 private:
  /// Small enough for every worker to have some.
  static std::size_t batch_rows(std::size_t rows, std::size_t workers) {
    constexpr std::size_t batches_of_a_worker =
        32;  // of which one has at most one more than another
    constexpr std::size_t least = 32;
    return std::clamp(rows / (workers * batches_of_a_worker), least,
                      RowStoreWriter::usual_batch_rows);
  }

  void deal(const Table& batch) {
    const std::vector<std::uint8_t> is_test = sides_.test_marks(batch, first_);
    std::vector<std::uint8_t> is_held_out(batch.rows());
    std::vector<std::uint8_t> is_train(batch.rows());
    std::vector<std::uint8_t> is_sampled(batch.rows());
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      if (is_test[row] != 0) continue;
      Random random(seed_, first_ + row);
      is_held_out[row] = random.uniform() < held_out_below_ ? 1 : 0;
      is_train[row] = is_held_out[row] != 0 ? 0 : 1;
      is_sampled[row] = is_train[row] != 0 && random.uniform() < sampled_below_ ? 1 : 0;
    }
    test_.append(some_of(batch, is_test));
    held_out_.append(some_of(batch, is_held_out));
    train_.append(some_of(batch, is_train));
    sample_.append(some_of(batch, is_sampled));
    first_ += batch.rows();
  }

  std::uint32_t seed_;
  SplitSides sides_;
  RowStoreWriter train_;
  RowStoreWriter held_out_;
  RowStoreWriter sample_;
  RowStoreWriter test_;
  double held_out_below_ = 0;
  double sampled_below_ = 0;
  std::size_t first_ = 0;  // row of the batch whose turn it is
};

class RowsOnDisk final : public TrainingRows {
 public:
  RowsOnDisk(const StagedSource& source, const TrainingConfig& config,
             const EstimatorCatalog& catalog, const fs::path& scratch, Crew* crew, Log& log)
      : scratch_(scratch),
        files_{scratch},
        config_(config),
        catalog_(catalog),
        crew_(crew),
        fits_in_memory_(fits_in_memory(source.staged.bytes() / share_of_memory(), config.memory)),
        facts_(clean_into(all_file(), source, config.max_rejected, log)),
        counts_(Dealer(files_, test_file(), config.split, facts_.rows_kept, workers())
                    .deal(RowStore(all_file()))),
        sample_([this] { return RowStore(files_.sample()).read(); }),
        sampled_([this] { return all_rows(sample_.get()); }) {
    fs::remove(all_file());
    check_sides(counts_.train, counts_.test, config.split);
    if (RowStore(files_.train()).batches() < workers())
      throw DataError(source.label, "there are too few rows for so many workers",
                      "bring more data, or take fewer --workers");
    log.info("data split on the disk", {{"data", source.label},
                                        {"rows_kept", facts_.rows_kept},
                                        {"fit_in_memory", fits_in_memory_}});
  }

  const DatasetFacts& facts() const override { return facts_; }
  std::size_t train_rows() const override { return counts_.train; }
  std::size_t test_rows() const override { return counts_.test; }
  TableView to_tune_on() const override { return {sample_.get(), sampled_.get()}; }

  FittedModel fit(const std::string& kind, const FitSettings& settings,
                  const std::stop_token& stop) override {
    return crew_ != nullptr ? fit_with_crew(kind, settings, stop) : fit_here(kind, settings, stop);
  }

  void with_test_rows(const std::function<void(const TableView&)>& use) const override {
    const Table test = RowStore(test_file()).read();
    const std::vector<std::uint32_t> rows = all_rows(test);
    use({test, rows});
  }

 private:
  fs::path all_file() const { return scratch_.path() / "all.rows"; }
  fs::path test_file() const { return scratch_.path() / "test.rows"; }

  std::size_t workers() const { return crew_ != nullptr ? crew_->size() : 1; }

  /// Workers on one machine together have what one would have; on several, each has a part of the
  /// rows and all of its machine's memory.
  std::uintmax_t share_of_memory() const {
    return crew_ != nullptr && !crew_->is_on_this_machine() ? crew_->size() : 1;
  }

  FittedModel fit_here(const std::string& kind, const FitSettings& settings,
                       const std::stop_token& stop) const {
    std::optional<ScratchDirectory> cache;
    std::optional<fs::path> cache_path;
    if (!fits_in_memory_) {
      return_freed_memory_at_once();
      cache_path = cache.emplace(scratch_.path() / "cache").path();
    }
    Alone alone;
    const RowShare share(files_, alone, cache_path);
    FitControl control;
    control.stop = stop;
    return catalog_.at(kind, "").fit_share(share, config_.promotion.metric, settings, control);
  }

  FittedModel fit_with_crew(const std::string& kind, const FitSettings& settings,
                            const std::stop_token& stop) const {
    const ScratchDirectory model(scratch_.path() / "model");
    Job job;
    job.kind = kind;
    job.settings = settings;
    job.metric = config_.promotion.metric;
    job.rows = files_.directory;
    job.in_memory = fits_in_memory_;
    job.model = model.path();
    if (crew_->is_on_this_machine()) {
      const auto processors = std::max(1U, std::thread::hardware_concurrency());
      job.threads = std::max(1U, processors / static_cast<unsigned>(crew_->size()));
    }
    FittedModel fitted;
    fitted.found = crew_->learn(job, stop);
    fitted.model = catalog_.at(kind, "").load(job.model);
    return fitted;
  }

  ScratchDirectory scratch_;
  ShareFiles files_;
  const TrainingConfig& config_;
  const EstimatorCatalog& catalog_;
  Crew* crew_;
  bool fits_in_memory_;
  DatasetFacts facts_;
  Counts counts_;
  Lazy<Table> sample_;
  Lazy<std::vector<std::uint32_t>> sampled_;
};

}  // namespace

std::unique_ptr<TrainingRows> rows_on_disk(const StagedSource& source, const TrainingConfig& config,
                                           const EstimatorCatalog& catalog, const fs::path& scratch,
                                           Crew* crew, Log& log) {
  return std::make_unique<RowsOnDisk>(source, config, catalog, scratch, crew, log);
}

}  // namespace diamond
