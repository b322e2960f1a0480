#include "folder_watch.h"

#include <diamond/core/file.h>
#include <diamond/pipeline/dataset_sources.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

namespace diamond::train {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto look_every = 1s;
constexpr auto try_again_after = 30s;  // trouble with the disk, or with workers

void check_paths(const std::vector<fs::path>& paths) {
  for (const fs::path& path : paths)
    if (!fs::exists(path))
      throw UsageError(path.string(), "there is no such file or directory to watch",
                       "name a folder with --data");
}

}  // namespace

FolderWatch::FolderWatch(TrainingConfig config, Clock::duration quiet, Train train, Log& log)
    : config_(std::move(config)),
      files_(config_.dataset_paths, quiet),
      train_(std::move(train)),
      log_(log) {
  check_paths(config_.dataset_paths);
}

void FolderWatch::run(const std::stop_token& stop) {
  Json paths = Json::array();
  for (const fs::path& path : config_.dataset_paths) paths.push_back(valid_utf8(path.string()));
  log_.info("watching", {{"data", paths}});
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    look(Clock::now());
    stopped.wait_for(lock, stop, look_every, [] { return false; });
  }
  log_.info("no longer watching", {{"data", paths}});
}

void FolderWatch::look(Clock::time_point now) {
  if (now < not_before_) return;
  files_.look(now);
  const FileLooks whole = files_.whole();
  if (!is_something_new(whole)) return;
  const FileLooks good = without_failed(whole);
  if (good.empty())
    done_ = whole;
  else
    train_on(good, whole, now);
}

/// Merged data are other data also when a file is gone.
bool FolderWatch::is_something_new(const FileLooks& whole) const {
  if (config_.datasets == DatasetMode::merged) return files_.all_are_whole() && whole != done_;
  return std::any_of(whole.begin(), whole.end(), [&](const auto& file) {
    const auto done = done_.find(file.first);
    return done == done_.end() || done->second != file.second;
  });
}

/// Without those that could not be trained on and did not change since.
FileLooks FolderWatch::without_failed(const FileLooks& whole) {
  std::erase_if(failed_, [&](const auto& failed) {
    const auto now = whole.find(failed.first);
    return now == whole.end() || now->second != failed.second;
  });
  if (config_.datasets == DatasetMode::merged) return whole;
  FileLooks good;
  for (const auto& [file, look] : whole) {
    if (failed_.contains(file)) continue;
    try {
      (void)open_to_read(file);
      good.emplace(file, look);
    } catch (const StorageError& error) {
      log_.error(error.what());
      failed_.emplace(file, look);
    }
  }
  return good;
}

void FolderWatch::train_on(const FileLooks& good, const FileLooks& whole, Clock::time_point now) {
  TrainingConfig config = config_;
  config.merged_name = joined(config_.dataset_paths);
  config.dataset_paths.clear();  // not the folders: who knows what is copied there by now
  for (const auto& [file, look] : good) config.dataset_paths.push_back(file);
  if (trouble_.empty()) log_.info("training begins", {{"files", good.size()}});  // else it goes on
  const auto begin = Clock::now();
  try {
    train_(config, [&](const std::string& label, const Error& error) {
      log_.error(error.what());
      note_failure(label, good);
    });
    done_ = whole;
    trouble_.clear();
  } catch (const BusyError& error) {
    tell_trouble(error.what());
  } catch (const StorageError& error) {
    tell_trouble(error.what());
    not_before_ = now + (Clock::now() - begin) + try_again_after;
  } catch (const WorkerError& error) {
    tell_trouble(error.what());
    not_before_ = now + (Clock::now() - begin) + try_again_after;
  } catch (const UsageError&) {
    const auto is_there = [](const auto& file) { return fs::exists(file.first); };
    if (std::all_of(good.begin(), good.end(), is_there)) throw;  // else one went in this moment
  } catch (const Error& error) {  // the data or the training: the same would come of it again
    log_.error(error.what());
    done_ = whole;
    trouble_.clear();
  }
}

void FolderWatch::note_failure(const std::string& label, const FileLooks& good) {
  for (const auto& [file, look] : good)
    if (valid_utf8(file.string()) == label) failed_.emplace(file, look);
}

/// Once, however often it is tried again.
void FolderWatch::tell_trouble(const std::string& trouble) {
  if (trouble != trouble_) log_.warning(trouble + "; trying again");
  trouble_ = trouble;
}

}  // namespace diamond::train
