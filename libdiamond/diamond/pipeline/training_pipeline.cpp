#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/parallel.h>
#include <diamond/core/version.h>
#include <diamond/data/csv_writer.h>
#include <diamond/data/split.h>
#include <diamond/pipeline/dataset_sources.h>
#include <diamond/pipeline/model_comparison.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/registry/model_registry.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace diamond {
namespace {

/// What is known of a model before it is trained.
Manifest plan(const ModelSpec& spec, const std::string& sha256, const SplitSettings& split) {
  Manifest manifest;
  manifest.kind = spec.kind;
  manifest.name = spec.name;
  manifest.params = spec.settings.params;
  manifest.log_target = spec.settings.target == Target::log_price;
  manifest.dataset.sha256 = sha256;
  manifest.split.settings = split;
  manifest.versions = {{"diamond", version()}};
  return manifest;
}

const Manifest* find_same(const std::vector<Manifest>& history, const Manifest& planned) {
  const auto found = std::find_if(history.rbegin(), history.rend(), [&](const Manifest& model) {
    return same_training(model, planned);
  });
  return found == history.rend() ? nullptr : &*found;
}

/// Writes "actual,predicted" and a line for each test row.
void write_predictions(const std::filesystem::path& file, std::span<const double> actual,
                       std::span<const double> predicted) {
  constexpr std::size_t piece = 65'536;
  std::vector<std::string> texts((actual.size() + piece - 1) / piece);
  parallel_for(actual.size(), piece, [&](std::size_t first, std::size_t last) {
    std::string& text = texts[first / piece];
    for (std::size_t i = first; i < last; ++i) {
      append_number(text, actual[i]);
      text += ',';
      append_number(text, predicted[i]);
      text += '\n';
    }
  });
  const FileHandle handle = open_to_write(file);
  write_all(handle, "actual,predicted\n", file);
  for (const std::string& text : texts) write_all(handle, text, file);
  sync_path(file);
}

/// One run: what its steps share.
class Training {
 public:
  Training(const TrainingConfig& config, const EstimatorCatalog& catalog, Repeat repeat, Log& log)
      : config_(config),
        catalog_(catalog),
        repeat_(repeat),
        log_(log),
        registry_(config.models_path) {}

  TrainingResult run() {
    const FileLock lock = registry_.lock_for_training();
    registry_.remove_leftovers();
    history_ = registry_.history();
    for (const std::string& problem : history_.problems) log_.warning(problem);
    for (StagedSource& source : stage_sources(config_, registry_.datasets(), log_))
      train_on(source);
    hold_election();
    return std::move(result_);
  }

 private:
  void train_on(StagedSource& source) {
    std::vector<const ModelSpec*> pending;
    for (const ModelSpec& spec : config_.models) {
      const Manifest* same =
          find_same(history_.models, plan(spec, source.staged.sha256(), config_.split));
      if (same != nullptr) consider_for_election(*same);
      if (same == nullptr || repeat_ == Repeat::train_again) pending.push_back(&spec);
    }
    if (pending.empty()) return log_.info("nothing new to train on", {{"data", source.label}});

    source.staged.start_sync();
    const LoadedDataset dataset = load(source, config_.max_rejected, log_);
    log_.info("data read", {{"data", source.label},
                            {"rows", dataset.facts.rows},
                            {"rows_kept", dataset.facts.rows_kept}});
    const Split split = make_split(dataset.table, config_.split);
    for (const ModelSpec* spec : pending) train(*spec, dataset, split, source);
  }

  void train(const ModelSpec& spec, const LoadedDataset& dataset, const Split& split,
             StagedSource& source) {
    const auto started = std::chrono::steady_clock::now();
    const Estimator& estimator = catalog_.at(spec.kind, "");
    const FittedModel fitted = estimator.fit({TableView{dataset.table, split.train}}, spec.settings, {});
    const Model* model = fitted.model.get();
    std::vector<double> actual(split.test.size());
    std::vector<double> predicted(split.test.size());
    dataset.table[Quantity::price].gather(split.test, actual);
    model->predict({dataset.table, split.test}, predicted);

    Manifest manifest = plan(spec, dataset.facts.sha256, config_.split);
    manifest.dataset = dataset.facts;
    manifest.split.train_rows = split.train.size();
    manifest.split.test_rows = split.test.size();
    for (const Metric metric : config_.metrics)
      manifest.metrics[metric] = finite_metric(metric, actual, predicted, spec);
    manifest.duration_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    const auto write_files = [&](const std::filesystem::path& directory) {
      model->save(directory);
      write_predictions(directory / "test_predictions.csv", actual, predicted);
    };
    source.staged.keep();
    manifest = registry_.publish(std::move(manifest), write_files);
    log_.info("model trained", {{"id", manifest.id}, {"metrics", to_json(manifest)["metrics"]}});
    history_.models.push_back(manifest);
    result_.trained.push_back(manifest);
    consider_for_election(manifest);
  }

  static double finite_metric(Metric metric, std::span<const double> actual,
                              std::span<const double> predicted, const ModelSpec& spec) {
    const double value = evaluate(metric, actual, predicted);
    if (std::isfinite(value)) return value;
    throw TrainingError(spec.name,
                        "its " + std::string(info(metric).name) + " on the test rows is not finite",
                        "look for extreme numbers in the data");
  }

  /// The election is held on the data set with the most kept rows; a later one wins a tie.
  void consider_for_election(const Manifest& model) {
    if (!elected_on_ || model.dataset.rows_kept >= elected_on_->dataset.rows_kept)
      elected_on_ = model;
  }

  void hold_election() {
    if (!elected_on_) return;
    const std::optional<Champion> champion = standing_champion();
    const Compare compare = [&](const Manifest& challenger, const Manifest& holder) {
      return compare_models(challenger, holder, config_.promotion, registry_, catalog_);
    };
    Election& election = result_.election;
    election = elect(champion, history_.models, *elected_on_, config_.promotion, compare);
    if (election.promoted) {
      registry_.promote(election);
      log_.info("new champion", {{"id", *election.promoted}, {"reason", election.reason}});
    } else {
      log_.info("champion stays",
                {{"id", champion ? Json(champion->id) : Json()}, {"reason", election.reason}});
    }
  }

  /// A champion.json that cannot be read is told, and then treated as none, so that the nightly
  /// training mends it.
  std::optional<Champion> standing_champion() {
    try {
      return registry_.champion();
    } catch (const StorageError& error) {
      log_.warning(error.what());
      return std::nullopt;
    }
  }

  const TrainingConfig& config_;
  const EstimatorCatalog& catalog_;
  Repeat repeat_;
  Log& log_;
  ModelRegistry registry_;
  History history_;
  TrainingResult result_;
  std::optional<Manifest> elected_on_;
};

}  // namespace

TrainingResult run_training(const TrainingConfig& config, const EstimatorCatalog& catalog,
                            Repeat repeat, Log& log) {
  return Training(config, catalog, repeat, log).run();
}

}  // namespace diamond
