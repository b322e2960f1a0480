// Trains whenever the data change, for as long as it is let.
#pragma once

#include "settled_files.h"

#include <diamond/core/error.h>
#include <diamond/core/log.h>
#include <diamond/pipeline/training_config.h>
#include <diamond/pipeline/training_pipeline.h>

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace diamond::train {

/// Looks at the data that a configuration names, once a second, and trains on what is new there: on
/// all files that are whole, so that the champion is chosen as by a training of all of them. Where
/// they are merged, it waits until all of them are whole.
///
/// It goes on whatever comes of one training. Data that are wrong and a training that fails are
/// told in the log, and tried again when the file changes. While another training runs it waits.
/// Trouble with the disk or with workers is told, and tried again after half a minute.
class FolderWatch {
 public:
  using Clock = SettledFiles::Clock;
  using OnFailure = decltype(TrainingWatch::on_failure);

  /// Trains as the configuration says and tells of what fails; throws as run_training does.
  using Train = std::function<void(const TrainingConfig& config, const OnFailure& on_failure)>;

  /// `quiet`: how long nothing must happen to a file before it counts as whole. The log outlives
  /// this.
  FolderWatch(TrainingConfig config, Clock::duration quiet, Train train, Log& log);

  /// Goes on until it is asked to stop. Throws UsageError where the configuration cannot be
  /// trained, and what is a fault of the program.
  void run(const std::stop_token& stop);

  /// One look, and the training that follows from it.
  void look(Clock::time_point now);

 private:
  [[nodiscard]] bool is_something_new(const FileLooks& whole) const;
  [[nodiscard]] FileLooks without_failed(const FileLooks& whole);
  void train_on(const FileLooks& good, const FileLooks& whole, Clock::time_point now);
  void note_failure(const std::string& label, const FileLooks& good);
  void tell_trouble(const std::string& trouble);

  TrainingConfig config_;
  SettledFiles files_;
  Train train_;
  Log& log_;
  FileLooks done_;       // what the last training saw
  FileLooks failed_;     // what cannot be trained on as it is
  std::string trouble_;  // that was told last and still stands
  Clock::time_point not_before_ = Clock::time_point::min();
};

}  // namespace diamond::train
