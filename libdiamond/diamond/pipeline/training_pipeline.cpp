#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/core/parallel.h>
#include <diamond/core/version.h>
#include <diamond/data/csv_writer.h>
#include <diamond/metrics/slices.h>
#include <diamond/pipeline/dataset_sources.h>
#include <diamond/pipeline/model_comparison.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/pipeline/training_rows.h>
#include <diamond/registry/model_registry.h>
#include <diamond/trust/price_intervals.h>
#include <diamond/tuning/tuning.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace diamond {
namespace {

/// What is known of a model before it is trained.
Manifest plan(const ModelSpec& spec, const std::string& sha256, const SplitSettings& split) {
  Manifest manifest;
  manifest.kind = spec.kind;
  manifest.name = spec.name;
  manifest.params = spec.settings.params;
  manifest.target = spec.settings.target;
  manifest.recipe = spec.recipe();
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
  constexpr std::size_t group = 16 * piece;  // whose text is in memory at a time
  const FileHandle handle = open_to_write(file);
  write_all(handle, "actual,predicted\n", file);
  for (std::size_t begin = 0; begin < actual.size(); begin += group) {
    const std::size_t rows = std::min(group, actual.size() - begin);
    std::vector<std::string> texts((rows + piece - 1) / piece);
    parallel_for(rows, piece, [&](std::size_t first, std::size_t last) {
      std::string& text = texts[first / piece];
      for (std::size_t i = begin + first; i < begin + last; ++i) {
        append_number(text, actual[i]);
        text += ',';
        append_number(text, predicted[i]);
        text += '\n';
      }
    });
    for (const std::string& text : texts) write_all(handle, text, file);
  }
  sync_path(file);
}

/// All that the trials of a study follow from; `tuned_on`: the number of rows, which tells those
/// that are held in memory from the sample of those on the disk.
std::string fingerprint_of(const Manifest& planned, std::uint32_t seed, std::size_t tuned_on) {
  Json everything = to_json(planned);
  everything["seed"] = seed;
  everything["tuned_on"] = tuned_on;
  return sha256_hex(everything.dump()).substr(0, 32);
}

std::string_view name_of(StudyEnd end) {
  switch (end) {
    case StudyEnd::all_trials:
      return "all_trials";
    case StudyEnd::time_budget:
      return "time_budget";
    case StudyEnd::stopped:
      break;
  }
  return "stopped";
}

/// The "tuning" of the manifest.
Json told_of(const StudyResult& study, const TuningSettings& tuning) {
  std::map<TrialState, std::size_t> ended;
  double seconds = 0;
  for (const Trial& trial : study.trials) {
    ++ended[trial.state];
    seconds += trial.duration_seconds;
  }
  const Trial* best = study.best(info(tuning.metric).better);
  return {
      {"end", name_of(study.end)},
      {"trials",
       {{"complete", ended[TrialState::complete]},
        {"pruned", ended[TrialState::pruned]},
        {"failed", ended[TrialState::failed]}}},
      {"best",
       {{"number", best->number}, {"metric", info(tuning.metric).name}, {"value", best->value}}},
      {"duration_seconds", seconds}};
}

std::string lines_of(const StudyResult& study, const SearchSpace& space) {
  std::string lines;
  for (const Trial& trial : study.trials) lines += to_line(trial, space) + "\n";
  return lines;
}

/// A model that is ready to be judged and published.
struct Trained {
  FittedModel fitted;
  Json params;                       // with all that was found
  std::optional<StudyResult> study;  // where it was tuned
};

/// One run: what its steps share.
class Training {
 public:
  Training(const TrainingConfig& config, const EstimatorCatalog& catalog, Repeat repeat, Log& log,
           const TrainingWatch& watch)
      : config_(config),
        catalog_(catalog),
        repeat_(repeat),
        log_(log),
        watch_(watch),
        registry_(config.models_path) {}

  TrainingResult run() {
    const FileLock lock = registry_.lock_for_training();
    registry_.remove_leftovers();
    // A scheduler's workers wait for this, whether or not there is something to learn.
    if (config_.workers && config_.workers->scheduled) gather_crew();
    history_ = registry_.history();
    for (const std::string& problem : history_.problems) log_.warning(problem);
    try {
      for (const DataSource& data : data_sources(config_)) try_to_train_on(data);
    } catch (...) {  // who was trained before it stands for election all the same
      if (!result_.trained.empty()) hold_election();
      throw;
    }
    hold_election();
    return std::move(result_);
  }

 private:
  void try_to_train_on(const DataSource& data) {
    if (is_stopped()) return pass_over("not read", {{"data", data.label}});
    if (!watch_.on_failure) return stage_and_train_on(data);
    try {
      stage_and_train_on(data);
    } catch (const WorkerError&) {  // no fault of the data
      throw;
    } catch (const DataError& error) {
      watch_.on_failure(data.label, error);
    } catch (const TrainingError& error) {
      watch_.on_failure(data.label, error);
    }
  }

  [[nodiscard]] bool is_stopped() const { return watch_.stop.stop_requested(); }

  void pass_over(const std::string& what, const Json& which) {
    result_.stopped = true;
    log_.warning(what + ": the training was stopped", which);
  }

  void stage_and_train_on(const DataSource& data) {
    StagedSource source = stage(data, registry_.datasets(), log_);
    train_on(source);
  }

  void train_on(StagedSource& source) {
    std::vector<const ModelSpec*> pending;
    for (const ModelSpec& spec : config_.models) {
      const Manifest* same =
          find_same(history_.models, plan(spec, source.staged.sha256(), config_.split));
      if (same != nullptr && !can_be_loaded(*same)) same = nullptr;  // a new one takes its place
      if (same != nullptr) consider_for_election(*same);
      if (same == nullptr || repeat_ == Repeat::train_again) pending.push_back(&spec);
    }
    if (pending.empty()) {
      source.staged.keep_if_missing();
      return log_.info("nothing new to train on", {{"data", source.label}});
    }
    if (is_stopped()) return pass_over("not read", {{"data", source.label}});

    source.staged.start_sync();
    const std::unique_ptr<TrainingRows> rows = read(source);
    log_.info("data read", {{"data", source.label},
                            {"rows", rows->facts().rows},
                            {"rows_kept", rows->facts().rows_kept}});
    if (rows->train_rows() < 2)
      throw DataError(source.label, "one training row is nothing to learn from", "bring more data");
    for (const ModelSpec* spec : pending) {
      if (is_stopped())
        pass_over("not trained", {{"model", spec->name}});
      else
        train(*spec, *rows, source);
    }
  }

  /// Whether all its files are as they were published; tells what is wrong with them.
  bool can_be_loaded(const Manifest& model) {
    const auto [known, is_new] = loads_.try_emplace(model.id, true);
    if (!is_new) return known->second;
    try {
      (void)load_model(registry_, catalog_, model);
    } catch (const StorageError& error) {
      log_.warning(error.what());
      known->second = false;
    }
    return known->second;
  }

  /// Where the data set does not fit into the memory, or others learn too, its rows stay on the
  /// disk.
  std::unique_ptr<TrainingRows> read(const StagedSource& source) {
    if (!config_.workers && fits_in_memory(source.staged.bytes(), config_.memory))
      return rows_in_memory(source, config_, catalog_, log_);
    if (config_.workers && !crew_) gather_crew();
    return rows_on_disk(source, config_, catalog_, registry_.scratch_path(),
                        crew_ ? &*crew_ : nullptr, log_);
  }

  void gather_crew() { crew_.emplace(*config_.workers, watch_.stop, log_); }

  /// Tunes where that is asked for, and fits to all training rows. Test rows are not seen here.
  Trained learn(const ModelSpec& spec, const std::string& study, TrainingRows& rows) {
    Trained trained;
    FitSettings settings = spec.settings;
    std::stop_token stop;  // a study that is stopped still gives its best
    if (spec.tuning) {
      TuningResult tuned =
          tune(catalog_.at(spec.kind, ""), settings, *spec.tuning, rows.to_tune_on(),
               registry_.study_file(study), watch_.stop, [&](const StudyProgress& progress) {
                 if (watch_.on_trial) watch_.on_trial(spec.name, progress);
               });
      settings.params = std::move(tuned.params);
      trained.study = std::move(tuned.study);
    } else {
      stop = watch_.stop;
    }
    trained.fitted = rows.fit(spec.kind, settings, stop);
    if (stop.stop_requested())
      throw TrainingError(spec.name, "the training was stopped before the model was whole",
                          "nothing of it was published; train again");
    trained.params = std::move(settings.params);
    trained.params.update(trained.fitted.found);
    return trained;
  }

  void train(const ModelSpec& spec, TrainingRows& rows, StagedSource& source) {
    const auto started = std::chrono::steady_clock::now();
    Manifest manifest = plan(spec, rows.facts().sha256, config_.split);
    manifest.versions.update(catalog_.at(spec.kind, "").library_versions());
    const std::string study =
        fingerprint_of(manifest, spec.settings.seed, rows.to_tune_on().size());
    const Trained trained = learn(spec, study, rows);
    manifest.params = trained.params;
    if (trained.study) manifest.tuning = told_of(*trained.study, *spec.tuning);
    manifest.dataset = rows.facts();
    manifest.split.train_rows = rows.train_rows();
    manifest.split.test_rows = rows.test_rows();
    rows.with_test_rows([&](const TableView& test) {
      judge_and_publish(spec, trained, std::move(manifest), test, source, started);
    });
    // A study that came to its end is kept with its model; one that was stopped may be gone on
    // with.
    if (trained.study && trained.study->end != StudyEnd::stopped) registry_.forget_study(study);
  }

  void judge_and_publish(const ModelSpec& spec, const Trained& trained, Manifest manifest,
                         const TableView& test, StagedSource& source,
                         std::chrono::steady_clock::time_point started) {
    const Model& model = *trained.fitted.model;
    std::vector<double> actual(test.size());
    std::vector<double> predicted(test.size());
    test.table[Quantity::price].gather(test.rows, actual);
    model.predict(test, predicted);
    for (const Metric metric : config_.metrics)
      manifest.metrics[metric] = finite_metric(metric, actual, predicted, spec);
    manifest.slices = evaluate_slices(slices_of(test), actual, predicted, config_.metrics);
    const auto intervals = PriceIntervals::learn(model, test, predicted);
    if (intervals)
      manifest.interval = intervals->figures();
    else
      log_.warning("too few test rows for price intervals, and to judge a model by",
                   {{"model", spec.name}, {"rows", test.size()}});
    manifest.duration_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    const auto write_files = [&](const std::filesystem::path& directory) {
      model.save(directory);
      write_predictions(directory / "test_predictions.csv", actual, predicted);
      if (intervals) save_intervals(*intervals, directory);
      if (trained.study)
        write_file(directory / "trials.jsonl", lines_of(*trained.study, spec.tuning->space));
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
    Election& election = result_.election;
    election = elect_one_that_loads(champion);
    if (election.promoted && !registry_.promote(election, champion)) {
      election = {std::nullopt, "another one was chosen while the training went on", std::nullopt};
      log_.warning("champion stays", {{"reason", election.reason}});
    } else if (election.promoted) {
      log_.info("new champion", {{"id", *election.promoted}, {"reason", election.reason}});
    } else {
      log_.info("champion stays",
                {{"id", champion ? Json(champion->id) : Json()}, {"reason", election.reason}});
    }
  }

  Election elect_one_that_loads(const std::optional<Champion>& champion) {
    const Compare compare = [&](const Manifest& challenger, const Manifest& holder) {
      return compare_models(challenger, holder, config_.promotion, registry_, catalog_);
    };
    const std::optional<Champion> holder =
        champion && can_be_loaded(*champion) ? champion : std::nullopt;
    std::vector<Manifest> candidates = history_.models;
    while (true) {
      Election election = elect(holder, candidates, *elected_on_, config_.promotion, compare);
      const auto winner =
          std::find_if(candidates.begin(), candidates.end(),
                       [&](const Manifest& one) { return one.id == election.promoted; });
      if (winner == candidates.end() || can_be_loaded(*winner)) return election;
      candidates.erase(winner);
    }
  }

  /// A champion that nobody can load holds nothing.
  bool can_be_loaded(const Champion& champion) {
    const auto model = std::find_if(history_.models.begin(), history_.models.end(),
                                    [&](const Manifest& one) { return one.id == champion.id; });
    return model == history_.models.end() || can_be_loaded(*model);
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
  const TrainingWatch& watch_;
  ModelRegistry registry_;
  History history_;
  std::optional<Crew> crew_;  // made when there is something to learn
  TrainingResult result_;
  std::optional<Manifest> elected_on_;
  std::map<std::string, bool> loads_;  // by id: what was looked at already
};

}  // namespace

TrainingResult run_training(const TrainingConfig& config, const EstimatorCatalog& catalog,
                            Repeat repeat, Log& log, const TrainingWatch& watch) {
  return Training(config, catalog, repeat, log, watch).run();
}

}  // namespace diamond
