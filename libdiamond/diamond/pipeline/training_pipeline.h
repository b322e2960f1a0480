// The whole way from CSV files to a champion.
#pragma once

#include <diamond/core/error.h>
#include <diamond/core/log.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/pipeline/training_config.h>
#include <diamond/registry/champion.h>
#include <diamond/registry/manifest.h>

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace diamond {

/// Whether a model that the history already has, trained the same way on the same data, is trained
/// again.
enum class Repeat : std::uint8_t { skip, train_again };

/// How whoever runs a training may watch and end it. All of it may be left out.
struct TrainingWatch {
  /// Asked to stop: the study that runs ends with the best so far, which is fitted and published;
  /// no further model is trained. A model that is fitted without a study is given up.
  std::stop_token stop = {};
  /// Is told of each trial of the study for the model of this name, one call at a time.
  std::function<void(const std::string& name, const StudyProgress&)> on_trial = {};
  /// Is told of each data set that is wrong (DataError) or on which a model cannot be trained
  /// (TrainingError), by the path that people know it by; the training goes on with the next one.
  /// Left out, the first such error ends the training.
  std::function<void(const std::string& data, const Error&)> on_failure = {};
};

struct TrainingResult {
  std::vector<Manifest> trained;  // empty: there was nothing new to train on, or it was stopped
  bool stopped = false;           // something was passed over, since it was asked to stop
  Election election;
};

/// Trains every configured model on every data set, publishes each, and lets the best challenge the
/// champion.
///
/// The champion is chosen among the models of one data set: where there are several, the one with
/// the most kept rows (the later by name where they are equal). It takes the standing champion's
/// place as `elect` (champion.h) says, compared by `compare_models`; a champion that cannot be
/// loaded holds nothing, and a model that cannot be is trained again. Where a training fails, what
/// was published before it has been elected all the same.
///
/// Throws UsageError (no such data), DataError, TrainingError, StorageError, BusyError (another
/// training runs). What was published before stays; nothing is ever there in part.
TrainingResult run_training(const TrainingConfig& config, const EstimatorCatalog& catalog,
                            Repeat repeat, Log& log, const TrainingWatch& watch = {});

}  // namespace diamond
